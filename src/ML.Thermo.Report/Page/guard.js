'use strict';
// The page of a new guard: what each score sees of each damage, of single rows and of windows, as one picture and as a table.

const { damage, columns, scores } = findings;
const groups = [false, true].flatMap(isWindow => scores.map(score => ({ score, isWindow })));
const seen = (row, group) => row.seen.find(one => one.score === group.score && one.isWindow === group.isWindow);
const sizeOf = group => group.isWindow ? `windows of ${findings.window}` : 'single rows';
const label = row => `${row.values.corruption.text} ${row.values.strength.text}`;
const isFirst = at => at === 0 || damage[at].values.corruption.text !== damage[at - 1].values.corruption.text;
const Line = 21, Narrow = 52;
const gutterOf = () => Math.min(176, 18 + 6.4 * Math.max(...damage.map(row => label(row).length)));
const columnOf = width => (width - gutterOf() - 8) / groups.length;
const topOf = width => columnOf(width) < Narrow ? 84 : 50;

/** A shade for each share, and its number on it. */
function cell(api) {
  const [at, line, share] = [api.value(0), api.value(1), api.value(2)], [x, y] = api.coord([at, line]), width = api.size([1, 1])[0];
  const gap = at === scores.length ? 4 : 1, top = y - Line / 2 + (isFirst(line) ? 3 : 0), bottom = y + Line / 2;
  const box = { x: x - width / 2 + gap, y: top, width: width - gap - 1, height: bottom - top };
  return { type: 'group', children: [
    { type: 'rect', shape: box, style: { fill: colour('card'), stroke: colour('grid'), lineWidth: 1 } },
    { type: 'rect', shape: box, style: { fill: colour('pump'), opacity: share } },
    { type: 'text', style: { x, y: (top + bottom) / 2, text: String(Math.round(100 * share)), align: 'center', verticalAlign: 'middle', fontSize: 11, fill: colour(share > 0.55 ? 'card' : 'ink') } },
  ] };
}

/** A frame around what the guard itself looks at. */
function frame(api) {
  const [x, y] = api.coord([api.value(0), 0]), width = api.size([1, 1])[0], gap = api.value(0) === scores.length ? 3 : 0;
  return { type: 'rect', silent: true, shape: { x: x - width / 2 + gap, y: y - Line / 2, width: width - gap, height: Line * damage.length + 1 }, style: { fill: 'none', stroke: colour('engine'), lineWidth: 2 } };
}

const picture = chart(`Share of damaged rows that was seen, in percent: a line for each damage and strength, a column for each score, single rows and then windows of ${findings.window}; the table below has the same numbers`,
  width => topOf(width) + Line * damage.length + 8, width => {
    const gutter = gutterOf(), one = columnOf(width), isNarrow = one < Narrow;
    return {
      grid: { left: gutter, right: 8, top: topOf(width), height: Line * damage.length },
      title: [false, true].map(isWindow => ({ text: sizeOf({ isWindow }), left: gutter + (isWindow ? scores.length * one + 4 : 2), top: 4, textStyle: { fontSize: 12.5, fontWeight: 650, color: colour('ink') } })),
      xAxis: { type: 'category', position: 'top', data: groups.map((_, at) => at), axisTick: { show: false }, axisLine: { show: false }, splitLine: { show: false },
        axisLabel: { interval: 0, rotate: isNarrow ? 90 : 0, color: colour('ink'), fontSize: 11, formatter: at => `${groups[at].score === findings.score ? '● ' : ''}${groups[at].score}` } },
      yAxis: { type: 'category', inverse: true, data: damage.map((_, at) => at), axisTick: { show: false }, axisLine: { show: false }, splitLine: { show: false },
        axisLabel: { interval: 0, color: colour('ink'), fontSize: 11, formatter: at => label(damage[at]) } },
      tooltip: tooltip({ trigger: 'item', formatter: found => tip(label(damage[found.data[1]]), [['score', groups[found.data[0]].score], ['of', sizeOf(groups[found.data[0]])],
        ['seen', `${found.data[3]} of ${found.data[4]}`]]) }),
      series: [
        { type: 'custom', encode: { x: 0, y: 1 }, renderItem: (_, api) => cell(api),
          data: damage.flatMap((row, line) => groups.map((group, at) => ({ at, found: seen(row, group) })).filter(one => one.found.share !== null)
            .map(({ at, found }) => [at, line, found.share, found.seen, found.tried])) },
        { type: 'custom', silent: true, tooltip: { show: false }, encode: { x: 0, y: 1 }, renderItem: (_, api) => frame(api),
          data: groups.map((group, at) => [at, 0, group]).filter(one => one[2].score === findings.score).map(one => one.slice(0, 2)) },
      ],
    };
  });

page.append(
  section('overview', 'The guard', facts(findings.facts)),
  section('power', 'What is seen, score by score', element('p', { class: 'note' },
    `Percent of the damaged rows that were found strange at ${findings.falseAlarms} false alarms. ● and the frame mark the score that this guard looks at. Below 50 it is blind.`), picture.box,
  sortable('damage-table', 'Share seen of each damage', columns.map(column => ({ label: column.label, meaning: column.meaning, cell: row => row.values[column.name] })), damage)));
