using Microsoft.Extensions.Options;

namespace Portal.Core.Workflows;

/// <summary>The settings <c>Workflows:*</c>: how workflows run.</summary>
public sealed class WorkflowOptions
{
    /// <summary>The section's name in the configuration.</summary>
    public const string Section = "Workflows";

    /// <summary>Runs at once on this node; default 500. Others wait.</summary>
    public int Concurrency { get; set; } = 500;

    /// <summary>Runs of one organization at once on this node; default half of <see cref="Concurrency"/>, so that one whose runs hang leaves room for others.</summary>
    public int ConcurrencyPerOrganization { get => field == 0 ? Half(Concurrency) : field; set; }

    /// <summary>Steps at once on this node, of all runs; default 200.</summary>
    public int StepConcurrency { get; set; } = 200;

    /// <summary>Steps of one organization at once on this node; default half of <see cref="StepConcurrency"/>.</summary>
    public int StepConcurrencyPerOrganization { get => field == 0 ? Half(StepConcurrency) : field; set; }

    /// <summary>Steps of one run; default 20,000. A run that needs more fails.</summary>
    public int MostSteps { get; set; } = 20_000;

    /// <summary>Bytes of a step's output as JSON; default 10 MiB. A step that gives more fails.</summary>
    public int LargestOutput { get; set; } = 10 * 1024 * 1024;

    /// <summary>Runs inside of runs; default 10.</summary>
    public int MostDepth { get; set; } = 10;

    /// <summary>Nodes of a workflow; default 500.</summary>
    public int MostNodes { get; set; } = 500;

    /// <summary>Days that runs are kept after their end; default 30.</summary>
    public int RetentionDays { get; set; } = 30;

    /// <summary>Versions of a workflow that are kept whatever their age, the newest; default 100. Those that were published or that a run on record was made with are kept too.</summary>
    public int NewestVersions { get; set; } = 100;

    /// <summary>Days that any other version is kept; default 1.</summary>
    public int VersionRetentionDays { get; set; } = 1;

    /// <summary>Seconds after which another node takes over the runs of one that died; default 30.</summary>
    public int LeaseSeconds { get; set; } = 30;

    /// <summary>Open WebSockets of one organization on this node; default 200. Further ones are refused with 429.</summary>
    public int MostSockets { get; set; } = 200;

    internal TimeSpan Lease => TimeSpan.FromSeconds(LeaseSeconds);

    private static int Half(int number) => (number + 1) / 2;
}

internal sealed class WorkflowOptionsValidation : IValidateOptions<WorkflowOptions>
{
    public ValidateOptionsResult Validate(string? name, WorkflowOptions options)
    {
        var faults = new List<string>();
        Between(nameof(options.Concurrency), options.Concurrency, 1, 100_000);
        Between(nameof(options.ConcurrencyPerOrganization), options.ConcurrencyPerOrganization, 1, 100_000);
        Between(nameof(options.StepConcurrency), options.StepConcurrency, 1, 10_000);
        Between(nameof(options.StepConcurrencyPerOrganization), options.StepConcurrencyPerOrganization, 1, 10_000);
        Between(nameof(options.MostSteps), options.MostSteps, 10, 1_000_000);
        Between(nameof(options.LargestOutput), options.LargestOutput, 1024, 100 * 1024 * 1024);
        Between(nameof(options.MostDepth), options.MostDepth, 1, 100);
        Between(nameof(options.MostNodes), options.MostNodes, 1, 5000);
        Between(nameof(options.RetentionDays), options.RetentionDays, 1, 3650);
        Between(nameof(options.NewestVersions), options.NewestVersions, 1, 1_000_000);
        Between(nameof(options.VersionRetentionDays), options.VersionRetentionDays, 1, 3650);
        Between(nameof(options.LeaseSeconds), options.LeaseSeconds, 5, 600);
        Between(nameof(options.MostSockets), options.MostSockets, 1, 100_000);
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);

        void Between(string setting, int value, int least, int most)
        {
            if (value < least || value > most) faults.Add($"{WorkflowOptions.Section}:{setting} is {value}; it must lie between {least} and {most}.");
        }
    }
}
