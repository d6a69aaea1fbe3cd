using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Portal.Core.Access;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Ids;
using Portal.Core.Shared.Json;
using Portal.Core.Shared.Paging;
using Portal.Core.Shared.Problems;
using Portal.Core.Workflows.Definitions;
using Portal.Core.Workflows.Definitions.Checking;
using Portal.Core.Workflows.Triggers;

namespace Portal.Core.Workflows.Templates;

/// <summary>Templates of workflows: an organization's own, those that others made public, and those that come with the portal. Every fault is a <see cref="ProblemException"/>.</summary>
public sealed class TemplateService
{
    private const string Target = "template";
    private const string DefaultCategory = "general";
    private const int ShownReviews = 10;
    private const int LongestPreview = 2000;
    private static readonly IReadOnlyDictionary<string, TriggerRow> NoRows = new Dictionary<string, TriggerRow>(StringComparer.Ordinal);

    private readonly PortalStore _store;
    private readonly WorkflowRows _rows;
    private readonly WorkflowChecker _checker;
    private readonly GraphReader _reader;
    private readonly TriggerRows _triggers;
    private readonly WorkflowSecrets _secrets;
    private readonly AuditLog _audit;
    private readonly IdGenerator _ids;

    internal TemplateService(PortalStore store, WorkflowRows rows, WorkflowChecker checker, GraphReader reader, TriggerRows triggers, WorkflowSecrets secrets, AuditLog audit, IdGenerator ids) =>
        (_store, _rows, _checker, _reader, _triggers, _secrets, _audit, _ids) = (store, rows, checker, reader, triggers, secrets, audit, ids);

    /// <summary>The fields that a list can be sorted by.</summary>
    public static IEnumerable<string> SortFields => TemplateList.SortFields;

    public async Task<Page<TemplateSummary>> List(Tenant tenant, TemplateFilter filter, PageRequest page, CancellationToken cancellation)
    {
        await using var db = _store.Read(tenant);
        return await TemplateList.Cut(db, filter, page, cancellation);
    }

    public async Task<TemplateResource> Get(Tenant tenant, string id, CancellationToken cancellation)
    {
        await using var db = _store.Read(tenant);
        return await Show(db, await Find(db, id, cancellation), cancellation);
    }

    public Task<TemplateResource> Create(Actor actor, TemplateInput input, CancellationToken cancellation)
    {
        var graph = Read(input.Definition, input.Parameters ?? [], input.Name, input.Description, input.Category, input.Tags, input.PreviewImage);
        return _store.Write(actor, (db, token) => Add(db, actor, input, graph, token), cancellation);
    }

    /// <summary>Makes a template of a version of a workflow. The secrets that it uses become parameters; their values stay behind.</summary>
    public async Task<TemplateResource> Save(Actor actor, string workflowId, TemplateFromWorkflow from, CancellationToken cancellation)
    {
        TemplateInput input;
        WorkflowGraph graph;
        await using (var db = _store.Read(actor.Tenant))
        {
            var row = await WorkflowRows.Find(db, workflowId, cancellation);
            graph = await WorkflowRows.Graph(db, workflowId, from.Version ?? row.LatestVersion, cancellation);
            var secrets = _checker.SecretsOf(graph, await WorkflowRows.SecretNames(db, workflowId, cancellation));
            input = new()
            {
                Name = from.Name ?? row.Name, Description = from.Description ?? row.Description, Category = from.Category ?? row.Category, Tags = from.Tags ?? row.Tags,
                IsPublic = from.IsPublic, Parameters = WithSecrets(from.Parameters ?? [], secrets),
            };
        }

        var read = Read(TemplateDefinitionOf(graph), input.Parameters ?? [], input.Name, input.Description, input.Category, input.Tags);
        return await _store.Write(actor, (db, token) => Add(db, actor, input, read, token), cancellation);
    }

    public async Task<TemplateResource> Update(Actor actor, string id, TemplatePatch patch, CancellationToken cancellation)
    {
        Template stands;
        await using (var db = _store.Read(actor.Tenant)) stands = await Find(db, id, cancellation);
        var parameters = patch.Parameters ?? stands.Parameters;
        var graph = Read(
            patch.Definition ?? TemplateDefinitionOf(stands.Definition), parameters, patch.Name ?? stands.Name, patch.Description ?? stands.Description,
            patch.Category ?? stands.Category, patch.Tags ?? stands.Tags, patch.PreviewImage);
        return await _store.Write(actor, async (db, token) =>
        {
            var row = await Own(db, id, token);
            // What is kept was checked together with what is new.
            if ((patch.Definition is not null || patch.Parameters is not null) && row.Version != stands.Version) throw Problem.Conflict("The template was changed by somebody else at the same moment.").AsException();
            var (definition, stored) = (StoredGraph.Write(graph), JsonSerializer.Serialize(parameters, PortalJson.Options));
            if ((patch.Definition is not null && row.Definition != definition) || (patch.Parameters is not null && row.Parameters != stored)) row.Version++;
            if (patch.Definition is not null) row.Definition = definition;
            if (patch.Parameters is not null) row.Parameters = stored;
            (row.Name, row.Description, row.Category) = (patch.Name ?? row.Name, patch.Description ?? row.Description, patch.Category ?? row.Category);
            (row.IsPublic, row.UpdatedAt) = (patch.IsPublic ?? row.IsPublic, _rows.Now());
            if (patch.Tags is { } tags) row.Tags = [.. tags];
            if (patch.PreviewImage is { } preview) row.PreviewImage = preview.Length == 0 ? null : preview;
            _audit.Add(db, actor, "template.updated", Target, id, $"{actor.Name} changed the template {row.Name}");
            return await Show(db, Template.Of(row), token);
        }, cancellation);
    }

    /// <summary>Deletes a template with its reviews. Workflows that were made from it stay.</summary>
    public Task Delete(Actor actor, string id, CancellationToken cancellation) => _store.Write(actor, async (db, token) =>
    {
        var row = await Own(db, id, token);
        db.Remove(row);
        await db.TemplateReviews.Where(review => review.TemplateId == id).ExecuteDeleteAsync(token);
        await db.TemplateUses.Where(use => use.TemplateId == id).ExecuteDeleteAsync(token);
        _audit.Add(db, actor, "template.deleted", Target, id, $"{actor.Name} deleted the template {row.Name}");
        return true;
    }, cancellation);

    /// <summary>Makes a workflow from a template: a draft, whose variables and secrets have the values that were given.</summary>
    public async Task<WorkflowResource> Instantiate(Actor actor, string id, TemplateUseInput input, CancellationToken cancellation)
    {
        Template template;
        await using (var db = _store.Read(actor.Tenant)) template = await Find(db, id, cancellation);
        var faults = new Faults();
        faults.Text("name", input.Name);
        var values = TemplateParameters.Values(template.Parameters, input.Parameters ?? new Dictionary<string, JsonElement>(StringComparer.Ordinal), faults);
        var filled = TemplateParameters.Fill(template.Definition, template.Parameters, values);
        var graph = _reader.Read(TemplateDefinitionOf(filled).Input, faults);
        faults.ThrowIfAny();
        var name = string.IsNullOrWhiteSpace(input.Name) ? template.Name : input.Name;
        // Here, since the key ring may have to be read.
        var secrets = template.Parameters.Where(parameter => parameter.IsSecret && values.ContainsKey(parameter.Name))
            .Select(parameter => (parameter.Name, Stored: _secrets.Protect(values[parameter.Name].GetString()!))).ToList();
        var workflow = new WorkflowInput { Name = name, Description = template.Description, Category = template.Category, Tags = template.Tags };
        return await _store.Write(actor, async (db, token) =>
        {
            if (await db.TemplateUses.FirstOrDefaultAsync(use => use.TemplateId == id, token) is { } use) use.Count++;
            else db.Add(new TemplateUse { TemplateId = id, Count = 1 });
            var made = await _rows.Create(db, actor, workflow, graph, id, token);
            foreach (var (secretName, stored) in secrets)
            {
                var secret = WorkflowRows.NewSecret(made.Id, secretName);
                db.Add(secret);
                _rows.Set(db, actor, secret, stored, made.Name);
            }

            return made;
        }, cancellation);
    }

    /// <summary>A template that the context's organization sees.</summary>
    internal static async Task<Template> Find(PortalDbContext db, string id, CancellationToken cancellation)
    {
        if (ShippedTemplates.All.TryGetValue(id, out var shipped)) return shipped;
        return Faults.IsStorable(id) && await TemplateList.Visible(db).FirstOrDefaultAsync(row => row.Id == id, cancellation) is { } row ? Template.Of(row) : throw NotFound(id);
    }

    private static IReadOnlyList<TemplateParameter> WithSecrets(IReadOnlyList<TemplateParameter> parameters, IReadOnlyCollection<string> secrets) =>
    [
        .. parameters,
        .. secrets.Where(secret => !parameters.Any(parameter => parameter?.Name == secret)).Select(secret => new TemplateParameter { Name = secret, Type = ParameterType.Secret, Label = secret, Required = true }),
    ];

    private static async Task<WorkflowTemplate> Own(PortalDbContext db, string id, CancellationToken cancellation)
    {
        if (Faults.IsStorable(id) && await db.WorkflowTemplates.FirstOrDefaultAsync(row => row.Id == id, cancellation) is { } row) return row;
        await Find(db, id, cancellation);
        throw new Problem(ErrorCode.AuthorizationFailed, "Only the organization whose template it is may change it.") { Details = Problem.Pairs(("resource", Target), ("id", id)) }.AsException();
    }

    private static ProblemException NotFound(string id) => new Problem(ErrorCode.TemplateNotFound, "There is no template with this id.")
    {
        Details = Problem.Pairs(("resource", Target), ("id", id)),
    }.AsException();

    private WorkflowGraph Read(
        TemplateDefinition? definition, IReadOnlyList<TemplateParameter> parameters, string? name, string? description, string? category, IReadOnlyList<string>? tags, string? previewImage = null)
    {
        var faults = new Faults();
        WorkflowRows.Check(faults, name, description, category, tags, null);
        faults.Text("preview_image", previewImage, LongestPreview);
        if (!string.IsNullOrEmpty(previewImage) && !IsAddress(previewImage)) faults.Add("preview_image", "preview_image is an address that begins with https:// or http://.", ErrorCode.WrongFormat);
        if (definition is null) faults.Add("definition", "definition is required.", ErrorCode.MissingField);
        TemplateParameters.Check(parameters, faults);
        var graph = _reader.Read(definition?.Input ?? new(), faults);
        faults.ThrowIfAny();
        _checker.Require(TemplateParameters.Fill(graph, parameters, new Dictionary<string, JsonElement>(StringComparer.Ordinal)));
        return graph;
    }

    private static bool IsAddress(string text) => Uri.TryCreate(text, UriKind.Absolute, out var uri) && (uri.Scheme == Uri.UriSchemeHttps || uri.Scheme == Uri.UriSchemeHttp) && uri.UserInfo.Length == 0;

    private async Task<TemplateResource> Add(PortalDbContext db, Actor actor, TemplateInput input, WorkflowGraph graph, CancellationToken cancellation)
    {
        var now = _rows.Now();
        var row = new WorkflowTemplate
        {
            Id = _ids.New("tpl"), OrganizationId = actor.Tenant.OrganizationId, Name = input.Name!, Description = input.Description ?? "",
            Category = string.IsNullOrWhiteSpace(input.Category) ? DefaultCategory : input.Category, Tags = [.. input.Tags ?? []], PreviewImage = string.IsNullOrEmpty(input.PreviewImage) ? null : input.PreviewImage, IsPublic = input.IsPublic ?? false,
            Definition = StoredGraph.Write(graph), Parameters = JsonSerializer.Serialize(input.Parameters ?? [], PortalJson.Options), CreatedBy = actor.UserId ?? actor.Id ?? actor.Type, CreatedAt = now, UpdatedAt = now,
        };
        db.Add(row);
        _audit.Add(db, actor, "template.created", Target, row.Id, $"{actor.Name} made the template {row.Name}");
        return await Show(db, Template.Of(row), cancellation);
    }

    private async Task<TemplateResource> Show(PortalDbContext db, Template template, CancellationToken cancellation)
    {
        var uses = await db.TemplateUses.Where(use => use.TemplateId == template.Id).Select(use => use.Count).FirstOrDefaultAsync(cancellation);
        var reviews = db.TemplateReviews.Where(review => review.TemplateId == template.Id);
        var rating = await reviews.AverageAsync(review => (double?)review.Rating, cancellation) ?? 0;
        var newest = await reviews.OrderByDescending(review => review.CreatedAt).ThenByDescending(review => review.Id).Take(ShownReviews).ToListAsync(cancellation);
        return template.Resource(_rows.Full(template.Definition), _triggers.Shown(template.Definition, NoRows), uses, rating, newest.ConvertAll(TemplateReviews.Show));
    }

    private static TemplateDefinition TemplateDefinitionOf(WorkflowGraph graph) => new()
    {
        Nodes = graph.Nodes, Edges = graph.Edges, Variables = graph.Variables, Triggers = graph.Triggers, Settings = graph.Settings,
    };
}
