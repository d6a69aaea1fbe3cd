using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Portal.Core.Access;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Events;
using Portal.Core.Shared.Json.Schema;
using Portal.Core.Shared.Paging;
using Portal.Core.Shared.Problems;

namespace Portal.Core.Webhooks.Catalogue;

/// <summary>The event types of an organization: the portal's own and those that it added. Every fault is a <see cref="ProblemException"/>.</summary>
public sealed class EventTypeService(PortalStore store, AuditLog audit, TimeProvider time)
{
    private const int MostCustom = 500;
    private const int LongestJson = 64 * 1024;
    private const string Order = "type";
    private const string WriteScope = "webhooks:write";

    /// <summary>The field that lists are sorted by.</summary>
    public static IEnumerable<string> SortFields => [Order];

    /// <summary>The catalogue by name.</summary>
    public async Task<Page<EventTypeResource>> List(Tenant tenant, EventTypeFilter filter, PageRequest page, CancellationToken cancellation)
    {
        var faults = new Faults();
        faults.Text("q", filter.Q);
        faults.ThrowIfAny();
        var sort = page.Sort ?? Order;
        if (sort.TrimStart('-', '+') != Order) throw Problem.Field(ErrorCode.Validation, "sort", "sort must be type or -type.").AsException();
        await using var db = store.Read(tenant);
        var custom = await db.EventTypes.ToListAsync(cancellation);
        var all = BuiltInEventTypes.All.Values.Concat(custom.Select(Of)).Where(type => Matches(type, filter)).OrderBy(type => type.Type, StringComparer.Ordinal).ToList();
        if (sort[0] == '-') all.Reverse();
        var skip = page.Cursor is { } cursor ? After(all, Cursor.Read(cursor, EventTypeResource.Plural, sort).Id) : (page.Page - 1) * page.PerPage;
        var rows = all.Skip(skip).Take(page.PerPage).ToList();
        var next = skip + rows.Count < all.Count && rows.Count > 0 ? Cursor.At(EventTypeResource.Plural, sort, rows[^1].Type, rows[^1].Type).Write() : null;
        return new(rows, page.Cursor is null ? page.Page : null, page.PerPage, all.Count, next);
    }

    public async Task<EventTypeResource> Get(Tenant tenant, string type, CancellationToken cancellation)
    {
        if (BuiltInEventTypes.All.TryGetValue(type, out var known)) return known;
        if (!Faults.IsStorable(type)) throw NotFound(type);
        await using var db = store.Read(tenant);
        return await db.EventTypes.FirstOrDefaultAsync(row => row.Type == type, cancellation) is { } row ? Of(row) : throw NotFound(type);
    }

    public Task<EventTypeResource> Create(Actor actor, EventTypeInput input, CancellationToken cancellation)
    {
        ApiKeyCeiling.Require(actor, WriteScope, "webhooks:create");
        var faults = new Faults();
        EventTypeName.Check(faults, "type", input.Type);
        faults.Required("description", input.Description, 500);
        Check(input.Schema, input.Sample, faults);
        faults.ThrowIfAny();
        var now = time.GetUtcNow();
        var row = new CustomEventType
        {
            Type = input.Type!, Description = input.Description!, Schema = input.Schema!.Value.GetRawText(), Example = input.Sample!.Value.GetRawText(), CreatedAt = now, UpdatedAt = now,
        };
        return store.Write(actor, async (db, token) =>
        {
            if (BuiltInEventTypes.All.ContainsKey(row.Type) || await db.EventTypes.AnyAsync(other => other.Type == row.Type, token))
                throw Problem.Conflict("There is an event type of this name already.", ("field", "type"), ("type", row.Type)).AsException();
            if (await db.EventTypes.CountAsync(token) >= MostCustom) throw Problem.Conflict($"An organization has at most {MostCustom} event types of its own.").AsException();
            db.EventTypes.Add(row);
            audit.Add(db, actor, "event_type.created", "event_type", row.Type, $"Added event type {row.Type}.");
            return Of(row);
        }, cancellation);
    }

    /// <summary>Changes a type of the organization. A change of the schema that may break somebody is a conflict that lists why, unless it is forced.</summary>
    public Task<EventTypeResource> Update(Actor actor, string type, EventTypePatch patch, CancellationToken cancellation)
    {
        ApiKeyCeiling.Require(actor, WriteScope, "webhooks:update");
        return store.Write(actor, async (db, token) =>
        {
            var row = await Find(db, type, token);
            var faults = new Faults();
            var schema = patch.Schema ?? JsonElement.Parse(row.Schema);
            var example = patch.Sample ?? JsonElement.Parse(row.Example);
            if (patch.Description is not null) faults.Required("description", patch.Description, 500);
            Check(schema, example, faults);
            faults.ThrowIfAny();
            var changes = SchemaDiff.Compare(JsonElement.Parse(row.Schema), schema);
            if (patch.Force is not true && changes.Any(change => change.Breaks is not null)) throw Breaks(changes).AsException();
            if (!JsonElement.DeepEquals(JsonElement.Parse(row.Schema), schema)) row.Version++;
            (row.Schema, row.Example, row.Description, row.UpdatedAt) = (schema.GetRawText(), example.GetRawText(), patch.Description ?? row.Description, time.GetUtcNow());
            var forced = changes.Any(change => change.Breaks is not null) ? " although it may break senders or receivers" : "";
            audit.Add(db, actor, "event_type.updated", "event_type", row.Type, $"Changed event type {row.Type}, now version {row.Version}{forced}.");
            return Of(row);
        }, cancellation);
    }

    /// <summary>What a new schema would change, for a look before it is saved.</summary>
    public async Task<IReadOnlyList<SchemaChange>> Preview(Tenant tenant, string type, JsonElement schema, CancellationToken cancellation)
    {
        var faults = new Faults();
        CheckSchema(schema, faults);
        faults.ThrowIfAny();
        var current = await Get(tenant, type, cancellation);
        return SchemaDiff.Compare(JsonSerializer.SerializeToElement(current.Schema), schema);
    }

    /// <summary>How many events of a type were published in the last week, in either mode: whom its end would hit.</summary>
    public async Task<int> Published(Tenant tenant, string type, CancellationToken cancellation)
    {
        var since = time.GetUtcNow().AddDays(-7);
        await using var db = store.ReadAcross();
        return await db.Across<EventRecord>().CountAsync(row => row.OrganizationId == tenant.OrganizationId && row.Type == type && row.CreatedAt >= since, cancellation);
    }

    /// <summary>Deletes a type of the organization. Its events stay.</summary>
    public Task Delete(Actor actor, string type, CancellationToken cancellation)
    {
        ApiKeyCeiling.Require(actor, WriteScope, "webhooks:delete");
        return store.Write(actor, async (db, token) =>
        {
            var row = await Find(db, type, token);
            db.EventTypes.Remove(row);
            audit.Add(db, actor, "event_type.deleted", "event_type", row.Type, $"Deleted event type {row.Type}.");
            return true;
        }, cancellation);
    }

    private static void Check(JsonElement? schema, JsonElement? example, Faults faults)
    {
        if (schema is null) faults.Add("schema", "schema is required.", ErrorCode.MissingField);
        else CheckSchema(schema.Value, faults);
        if (example is null) faults.Add("sample", "sample is required.", ErrorCode.MissingField);
        else if (example.Value.ValueKind != JsonValueKind.Object) faults.Add("sample", "sample is an object.", ErrorCode.WrongFormat);
        else if (JsonText.Fault(example.Value, "sample") is { } fault) faults.Add(fault.Field, fault.Reason, ErrorCode.WrongFormat);
        else if (example.Value.GetRawText().Length > LongestJson) faults.Add("sample", $"sample is longer than {LongestJson} characters.");
        else if (!faults.Any) foreach (var wrong in SchemaValidator.Faults(schema!.Value, example.Value, "sample")) faults.Add(wrong.Field, wrong.Reason);
    }

    private static void CheckSchema(JsonElement schema, Faults faults)
    {
        if (schema.ValueKind != JsonValueKind.Object) faults.Add("schema", "schema is an object.", ErrorCode.WrongFormat);
        else if (JsonText.Fault(schema, "schema") is { } fault) faults.Add(fault.Field, fault.Reason, ErrorCode.WrongFormat);
        else if (schema.GetRawText().Length > LongestJson) faults.Add("schema", $"schema is longer than {LongestJson} characters.");
        else foreach (var wrong in SchemaRules.Faults(schema, "schema").Take(20)) faults.Add(wrong.Field, wrong.Reason);
    }

    private static Problem Breaks(IReadOnlyList<SchemaChange> changes) => Problem.Conflict(
        "This change may break those who send or receive such events; with force it is made all the same.",
        ("field", "schema"), ("changes", changes.Select(change => new { path = change.Path, change = change.Change, breaks = change.Breaks })));

    private static async Task<CustomEventType> Find(PortalDbContext db, string type, CancellationToken cancellation)
    {
        if (BuiltInEventTypes.All.ContainsKey(type)) throw Problem.Conflict("This event type is the portal's own and cannot be changed.", ("type", type)).AsException();
        return Faults.IsStorable(type) && await db.EventTypes.FirstOrDefaultAsync(row => row.Type == type, cancellation) is { } row ? row : throw NotFound(type);
    }

    private static EventTypeResource Of(CustomEventType row) => new()
    {
        Type = row.Type, Description = row.Description, Version = row.Version, Custom = true, UpdatedAt = row.UpdatedAt,
        Schema = JsonNode.Parse(row.Schema)!.AsObject(), Sample = JsonNode.Parse(row.Example)!.AsObject(),
    };

    private static bool Matches(EventTypeResource type, EventTypeFilter filter) =>
        (filter.Custom is not { } custom || type.Custom == custom)
        && (string.IsNullOrEmpty(filter.Q) || type.Type.Contains(filter.Q, StringComparison.OrdinalIgnoreCase) || type.Description.Contains(filter.Q, StringComparison.OrdinalIgnoreCase));

    private static int After(List<EventTypeResource> all, string type) => all.FindIndex(row => row.Type == type) is var found and >= 0 ? found + 1 : all.Count;

    private static ProblemException NotFound(string type) => Problem.NotFound("event type", type).AsException();
}
