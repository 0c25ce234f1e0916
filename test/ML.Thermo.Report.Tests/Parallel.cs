// A test waits for its page most of its time, and has a browser window of its own.
[assembly: Parallelizable(ParallelScope.All)]
[assembly: LevelOfParallelism(4)]
