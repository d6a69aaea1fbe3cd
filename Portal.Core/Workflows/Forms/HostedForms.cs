using System.Net;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Json;
using Portal.Core.Shared.Problems;
using Portal.Core.Workflows.Engine;
using Portal.Core.Workflows.Nodes;
using Portal.Core.Workflows.Tasks;
using Portal.Core.Workflows.Triggers;

namespace Portal.Core.Workflows.Forms;

/// <summary>Whether a form can be filled in.</summary>
public enum HostedFormState
{
    Open,

    /// <summary>Somebody has filled it in; a run asks once.</summary>
    Answered,
    Expired,

    /// <summary>Its workflow is switched off, or its run has ended.</summary>
    Closed,
}

/// <summary>A form at its address.</summary>
/// <param name="Mode">Whether what is sent counts for real.</param>
public sealed record HostedForm(HostedFormState State, string Title, FormDefinition Form, ApiMode Mode);

/// <summary>What a form's sender is told.</summary>
/// <param name="ExecutionId">The run that it started, or that goes on.</param>
public sealed record FormReceipt(string ExecutionId, string? ThanksMessage);

/// <summary>Forms that anybody with their address may fill in: triggers, whose every submission starts a run, and questions of runs.</summary>
public sealed class HostedForms
{
    private const string TaskPrefix = "frm_";

    private readonly PortalStore _store;
    private readonly TriggerCache _triggers;
    private readonly TriggerLimits _limits;
    private readonly Executions _executions;
    private readonly TaskCompletion _completion;
    private readonly FormRepeats _repeats = new();
    private readonly TimeProvider _time;

    internal HostedForms(PortalStore store, TriggerCache triggers, TriggerLimits limits, Executions executions, TaskCompletion completion, TimeProvider time) =>
        (_store, _triggers, _limits, _executions, _completion, _time) = (store, triggers, limits, executions, completion, time);

    /// <summary>The form at an address; null when there is none.</summary>
    public async Task<HostedForm?> Find(string id, CancellationToken cancellation)
    {
        if (!Faults.IsStorable(id)) return null;
        if (id.StartsWith(TaskPrefix, StringComparison.Ordinal)) return await FindTask(id, cancellation) is { } task ? Shown(task) : null;
        if (await FindTrigger(id, cancellation) is not { } trigger) return null;
        return new(trigger.IsActive ? HostedFormState.Open : HostedFormState.Closed, trigger.Form.Title ?? "", trigger.Form, trigger.Tenant.Mode);
    }

    /// <summary>Takes what somebody filled in.</summary>
    /// <param name="given">The text that was sent for a field; null where none was.</param>
    /// <param name="sender">Where it came from; one address may not send much.</param>
    /// <param name="page">Tells the page that it was filled in on from all others, so that a second click starts no second run; null for programs.</param>
    /// <exception cref="ProblemException">404, 409, 410, 422, 429; VALIDATION_ERROR with every field at fault.</exception>
    public async Task<FormReceipt> Submit(string id, Func<string, string?> given, IPAddress? sender, string? page, CancellationToken cancellation)
    {
        if (await Find(id, cancellation) is not { } form) throw Problem.NotFound("form", id).AsException();
        _limits.Count(_limits.Form(sender, id));
        if (form.State == HostedFormState.Closed) throw (new Problem(ErrorCode.NotFound, "This form takes no answers any more.") { Status = (int)HttpStatusCode.Gone }).AsException();
        var fields = form.State == HostedFormState.Open ? FormAnswers.Read(form.Form, given) : default;
        var execution = id.StartsWith(TaskPrefix, StringComparison.Ordinal) ? await Answer(id, fields, cancellation)
            : string.IsNullOrEmpty(page) ? await Start(id, fields, cancellation)
            : await _repeats.Run($"{id}\n{page}", fields.GetRawText(), () => Start(id, fields, CancellationToken.None), cancellation);
        return new(execution, form.Form.ThanksMessage);
    }

    private async Task<string> Start(string id, JsonElement fields, CancellationToken cancellation)
    {
        var trigger = await FindTrigger(id, cancellation) ?? throw Problem.NotFound("form", id).AsException();
        var data = JsonSerializer.SerializeToElement(new { Type = FormInputNode.TriggerType, trigger.NodeId, Fields = fields, SubmittedAt = _time.GetUtcNow() }, PortalJson.Options);
        return (await OpenRefusals.Of(_executions.Start(trigger.Starts(FormInputNode.TriggerType, data, fields), cancellation))).Id;
    }

    private Task<string> Answer(string id, JsonElement fields, CancellationToken cancellation) => _store.WriteAcross(async (db, token) =>
    {
        var row = await db.Across<WorkflowTask>().AsTracking().FirstOrDefaultAsync(row => row.Id == id, token) ?? throw Problem.NotFound("form", id).AsException();
        await _completion.Complete(db, row, fields.ValueKind == JsonValueKind.Undefined ? "{}" : fields.GetRawText(), null, token);
        return row.ExecutionId;
    }, cancellation);

    private async Task<WorkflowTask?> FindTask(string id, CancellationToken cancellation)
    {
        await using var db = _store.ReadAcross();
        return await db.Across<WorkflowTask>().FirstOrDefaultAsync(row => row.Id == id && row.Kind == TaskKind.Form, cancellation);
    }

    private async Task<Trigger?> FindTrigger(string id, CancellationToken cancellation) => await _triggers.Find(id, cancellation) is { Kind: TriggerKind.Form } trigger ? trigger : null;

    private HostedForm Shown(WorkflowTask row)
    {
        var state = TaskCompletion.Closed(row, _time.GetUtcNow())?.Status switch
        {
            null => HostedFormState.Open,
            "done" => HostedFormState.Answered,
            "expired" => HostedFormState.Expired,
            _ => HostedFormState.Closed,
        };
        return new(state, row.Title, FormDefinition.Of(JsonElement.Parse(row.Details)), row.Mode);
    }
}
