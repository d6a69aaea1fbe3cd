using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Portal.Core.Access;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Http;
using Portal.Core.Shared.Json.Schema;
using Portal.Core.Shared.Paging;
using Portal.Core.Shared.Problems;

namespace Portal.Core.Ai.Models;

/// <summary>The models that an organization registered. Every fault is a <see cref="ProblemException"/>.</summary>
public sealed partial class AiModelService(PortalStore store, AiModelSecrets secrets, OutboundAddress addresses, AuditLog audit, TimeProvider time)
{
    private const int MostModels = 100;
    private const int LongestSchema = 64 * 1024;
    private const int UsualTimeout = 30;
    private const int LongestTimeout = 120;

    // Set by the portal at each call; a customer's would contradict them.
    private static readonly string[] OwnHeaders = ["Content-Type", "Accept"];

    private static readonly Sorting<AiModel> Sorting = new Sorting<AiModel>(AiModelResource.Plural, row => row.ModelId)
        .By("created_at", row => row.CreatedAt)
        .By("updated_at", row => row.UpdatedAt)
        .By("model_id", row => row.ModelId);

    /// <summary>The fields that a list can be sorted by.</summary>
    public static IEnumerable<string> SortFields => Sorting.Fields;

    public async Task<Page<AiModelResource>> List(Tenant tenant, PageRequest page, CancellationToken cancellation)
    {
        await using var db = store.Read(tenant);
        return (await Sorting.Cut(db.AiModels, page, cancellation)).Select(Show);
    }

    public async Task<AiModelResource> Get(Tenant tenant, string id, CancellationToken cancellation) => Show(await Read(tenant, id, cancellation));

    public async Task<AiModelResource> Create(Actor actor, AiModelInput input, CancellationToken cancellation)
    {
        var faults = new Faults();
        var now = time.GetUtcNow();
        var row = new AiModel
        {
            ModelId = input.ModelId ?? "",
            Description = Emptied(input.Description),
            Version = input.Version ?? "1",
            Url = input.Url ?? "",
            InputSchema = Schema(input.InputSchema, faults),
            TimeoutSeconds = input.TimeoutSeconds ?? UsualTimeout,
            CreatedAt = now,
            UpdatedAt = now,
        };
        if (!Name().IsMatch(row.ModelId)) faults.Add("model_id", "model_id has 1 to 100 letters, digits, dots, _ and -.", row.ModelId.Length == 0 ? ErrorCode.MissingField : ErrorCode.WrongFormat);
        var headers = SecretHeaders.Read(input.Headers, new Dictionary<string, string>(StringComparer.Ordinal), OwnHeaders, faults);
        Check(row, faults);
        await CheckUrl(row.Url, faults, cancellation);
        faults.ThrowIfAny();
        row.Headers = secrets.Protect(headers);
        return await store.Write(actor, async (db, token) =>
        {
            if (await db.AiModels.AnyAsync(other => other.ModelId == row.ModelId, token))
                throw Problem.Conflict("There is a model of this name already.", ("field", "model_id"), ("model_id", row.ModelId)).AsException();
            if (await db.AiModels.CountAsync(token) >= MostModels) throw Problem.Conflict($"An organization has at most {MostModels} models in each mode.", ("limit", MostModels)).AsException();
            db.Add(row);
            audit.Add(db, actor, "ai_model.created", "ai_model", row.ModelId, $"{actor.Name} registered the AI model {row.ModelId}");
            return AiModelResource.Of(row, headers);
        }, cancellation);
    }

    public async Task<AiModelResource> Update(Actor actor, string id, AiModelPatch patch, CancellationToken cancellation)
    {
        // Before the unit of work, since it reads keys and asks for addresses.
        var stands = await Read(actor.Tenant, id, cancellation);
        var faults = new Faults();
        var headers = patch.Headers.IsSet ? secrets.Protect(SecretHeaders.Read(patch.Headers.Value, secrets.Reveal(stands.Headers), OwnHeaders, faults)) : null;
        var schema = patch.InputSchema.IsSet ? Schema(patch.InputSchema.Value, faults) : null;
        if (patch.Url.IsSet) await CheckUrl(patch.Url.Value, faults, cancellation);
        faults.ThrowIfAny();
        return Show(await store.Write(actor, async (db, token) =>
        {
            var row = await Find(db, id, token);
            row.Description = Emptied(patch.Description.Or(row.Description));
            row.Version = patch.Version.Or(row.Version) ?? "";
            row.Url = patch.Url.Or(row.Url) ?? "";
            row.TimeoutSeconds = patch.TimeoutSeconds.Or(row.TimeoutSeconds) ?? UsualTimeout;
            if (patch.InputSchema.IsSet) row.InputSchema = schema;
            Check(row, faults);
            faults.ThrowIfAny();
            // Masks stand for the values that were read before.
            if (patch.Headers.IsSet && row.Headers != stands.Headers) throw Problem.Conflict("The headers were changed by somebody else at the same moment.").AsException();
            if (patch.Headers.IsSet) row.Headers = headers;
            row.UpdatedAt = time.GetUtcNow();
            audit.Add(db, actor, "ai_model.updated", "ai_model", row.ModelId, $"{actor.Name} changed the AI model {row.ModelId}");
            return row;
        }, cancellation));
    }

    public Task Delete(Actor actor, string id, CancellationToken cancellation) => store.Write(actor, async (db, token) =>
    {
        db.Remove(await Find(db, id, token));
        audit.Add(db, actor, "ai_model.deleted", "ai_model", id, $"{actor.Name} deleted the AI model {id}");
        return true;
    }, cancellation);

    internal async Task<AiModel> Read(Tenant tenant, string id, CancellationToken cancellation)
    {
        await using var db = store.Read(tenant);
        return await Find(db, id, cancellation);
    }

    private static async Task<AiModel> Find(PortalDbContext db, string id, CancellationToken cancellation) =>
        Faults.IsStorable(id) && await db.AiModels.FirstOrDefaultAsync(row => row.ModelId == id, cancellation) is { } row ? row : throw Problem.NotFound("model", id).AsException();

    private AiModelResource Show(AiModel row) => AiModelResource.Of(row, secrets.Reveal(row.Headers));

    private static void Check(AiModel row, Faults faults)
    {
        faults.Text("description", row.Description, 500);
        faults.Required("version", row.Version, 50);
        if (row.TimeoutSeconds is < 1 or > LongestTimeout) faults.Add("timeout_seconds", $"timeout_seconds is 1 to {LongestTimeout}.");
    }

    private async Task CheckUrl(string? url, Faults faults, CancellationToken cancellation)
    {
        if (string.IsNullOrWhiteSpace(url)) faults.Add("url", "url is required.", ErrorCode.MissingField);
        else if (await addresses.Check(url, cancellation) is { } refusal) faults.Add("url", refusal);
    }

    private static string? Schema(JsonElement? given, Faults faults)
    {
        if (given is not { } schema || schema.ValueKind == JsonValueKind.Null) return null;
        if (schema.ValueKind != JsonValueKind.Object) faults.Add("input_schema", "input_schema is an object.", ErrorCode.WrongFormat);
        else if (JsonText.Fault(schema, "input_schema") is { } fault) faults.Add(fault.Field, fault.Reason, ErrorCode.WrongFormat);
        else if (schema.GetRawText() is { Length: > LongestSchema }) faults.Add("input_schema", $"input_schema is longer than {LongestSchema} characters.");
        else foreach (var wrong in SchemaRules.Faults(schema, "input_schema").Take(20)) faults.Add(wrong.Field, wrong.Reason);
        return schema.GetRawText();
    }

    private static string? Emptied(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}\z", RegexOptions.NonBacktracking)]
    private static partial Regex Name();
}
