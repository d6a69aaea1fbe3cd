using Microsoft.EntityFrameworkCore;
using Portal.Core.Access;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Json;
using Portal.Core.Shared.Paging;
using Portal.Core.Shared.Problems;
using Portal.Core.Workflows.Definitions.Checking;

namespace Portal.Core.Workflows.Definitions;

/// <summary>A secret of a workflow, without its value.</summary>
public sealed record SecretResource : IResource
{
    public static string Kind => "workflow_secret";
    public static string Plural => "secrets";

    /// <summary>The same as <see cref="Name"/>.</summary>
    public required string Id { get; init; }

    /// <summary>As expressions name it: <c>secrets.API_TOKEN</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Always <c>••••</c>: a value that was set is never shown.</summary>
    public required string Value { get; init; }
    public required DateTimeOffset UpdatedAt { get; init; }
}

/// <summary>A secret's value, in a field that the request log masks.</summary>
public sealed record SecretInput
{
    /// <summary>The value: 1 to 8192 characters.</summary>
    public string? Secret { get; init; }

    // Not in a log by accident.
    public override string ToString() => nameof(SecretInput);
}

/// <summary>Sets and takes away the secrets of workflows. Every fault is a <see cref="ProblemException"/>.</summary>
public sealed class WorkflowSecretService
{
    private const int MostSecrets = 100;
    private static readonly Sorting<WorkflowSecret> Sorting = new Sorting<WorkflowSecret>(SecretResource.Plural, row => row.Name)
        .By("name", row => row.Name)
        .By("updated_at", row => row.UpdatedAt);

    private readonly PortalStore _store;
    private readonly WorkflowSecrets _secrets;
    private readonly WorkflowRows _rows;
    private readonly AuditLog _audit;

    internal WorkflowSecretService(PortalStore store, WorkflowSecrets secrets, WorkflowRows rows, AuditLog audit) =>
        (_store, _secrets, _rows, _audit) = (store, secrets, rows, audit);

    /// <summary>The fields that a list can be sorted by.</summary>
    public static IEnumerable<string> SortFields => Sorting.Fields;

    /// <summary>By name unless something else is asked for.</summary>
    public async Task<Page<SecretResource>> List(Tenant tenant, string workflowId, PageRequest page, CancellationToken cancellation)
    {
        await using var db = _store.Read(tenant);
        await WorkflowRows.Find(db, workflowId, cancellation);
        return (await Sorting.Cut(db.WorkflowSecrets.Where(row => row.WorkflowId == workflowId), page with { Sort = page.Sort ?? "name" }, cancellation)).Select(Show);
    }

    /// <summary>Sets a secret, whether there was one of this name or not. Steps that begin afterwards see it.</summary>
    public Task<SecretResource> Set(Actor actor, string workflowId, string name, SecretInput input, CancellationToken cancellation)
    {
        var faults = new Faults();
        if (!WorkflowChecker.IsName(name)) faults.Add("name", "A secret's name begins with a letter or _ and goes on with letters, digits and _, at most 64.", ErrorCode.WrongFormat);
        if (string.IsNullOrEmpty(input.Secret)) faults.Add("secret", "secret is required.", ErrorCode.MissingField);
        else faults.Text("secret", input.Secret, WorkflowLimits.LongestSecret);
        faults.ThrowIfAny();
        var stored = _secrets.Protect(input.Secret!);
        return _store.Write(actor, async (db, token) =>
        {
            var workflow = await WorkflowRows.Find(db, workflowId, token);
            var row = await db.WorkflowSecrets.FirstOrDefaultAsync(row => row.WorkflowId == workflowId && row.Name == name, token);
            if (row is null)
            {
                if (await db.WorkflowSecrets.CountAsync(other => other.WorkflowId == workflowId, token) >= MostSecrets) throw Problem.Field(ErrorCode.Validation, "name", $"A workflow has at most {MostSecrets} secrets.").AsException();
                db.Add(row = WorkflowRows.NewSecret(workflowId, name));
            }

            _rows.Set(db, actor, row, stored, workflow.Name);
            return Show(row);
        }, cancellation);
    }

    public Task Delete(Actor actor, string workflowId, string name, CancellationToken cancellation) => _store.Write(actor, async (db, token) =>
    {
        var workflow = await WorkflowRows.Find(db, workflowId, token);
        var row = Faults.IsStorable(name) ? await db.WorkflowSecrets.FirstOrDefaultAsync(row => row.WorkflowId == workflowId && row.Name == name, token) : null;
        db.Remove(row ?? throw Problem.NotFound("workflow_secret", name).AsException());
        _audit.Add(db, actor, "workflow.secret_deleted", WorkflowRows.Target, workflowId, $"{actor.Name} deleted the secret {name} of the workflow {workflow.Name}");
        _rows.Tell(db, workflowId);
        return true;
    }, cancellation);

    private static SecretResource Show(WorkflowSecret row) => new() { Id = row.Name, Name = row.Name, Value = Json.Mask, UpdatedAt = row.UpdatedAt };
}
