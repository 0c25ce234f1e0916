using System.CommandLine;

namespace ML.Thermo.Cli.Completion;

/// <summary><c>thermo completion SHELL</c>: prints what makes a shell complete commands and options; the suggestions are the program's own.</summary>
internal sealed class CompletionCommand : Verb
{
    private static readonly Dictionary<string, string> Scripts = new()
    {
        ["bash"] = """
            _thermo() {
                local IFS=$'\n'
                COMPREPLY=($(compgen -W "$(thermo "[suggest:$COMP_POINT]" "$COMP_LINE" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
            }
            complete -o default -F _thermo thermo
            """,
        ["zsh"] = """
            _thermo() {
                local -a found=("${(@f)$(thermo "[suggest:$CURSOR]" "$BUFFER" 2>/dev/null)}")
                compadd -a found || _files
            }
            compdef _thermo thermo
            """,
        ["fish"] = """
            complete -c thermo -a '(thermo "[suggest:"(string length -- (commandline -cp))"]" (commandline -cp) 2>/dev/null)'
            """,
        ["pwsh"] = """
            Register-ArgumentCompleter -Native -CommandName thermo -ScriptBlock {
                param($word, $line, $position)
                thermo "[suggest:$position]" "$line" | Where-Object { $_ -like "$word*" } |
                    ForEach-Object { [System.Management.Automation.CompletionResult]::new($_) }
            }
            """,
    };

    private readonly Argument<string> _shell = new Argument<string>("SHELL") { Description = "bash, zsh, fish or pwsh" }.AcceptOnlyFromAmong([.. Scripts.Keys]);

    public CompletionCommand()
        : base("completion", "Print a script that lets a shell complete thermo's commands and options.") => Takes(_shell);

    public override string Closing => """
        To have it in every new shell:
          bash  thermo completion bash >> ~/.bashrc
          zsh   thermo completion zsh >> ~/.zshrc
          fish  thermo completion fish > ~/.config/fish/completions/thermo.fish
          pwsh  thermo completion pwsh >> $PROFILE
        """;

    public override Task<VerbResult> Run(ParseResult parsed, Session session, CancellationToken cancellation)
    {
        session.Print(Scripts[parsed.GetRequiredValue(_shell)].ReplaceLineEndings("\n"));
        return Task.FromResult(new VerbResult());
    }
}
