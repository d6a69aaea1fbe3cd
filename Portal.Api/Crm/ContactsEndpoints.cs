using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Portal.Api.Docs;
using Portal.Api.Gateway;
using Portal.Core.Crm;

namespace Portal.Api.Crm;

internal static class ContactsEndpoints
{
    private const string ReadScope = "contacts:read";
    private const string WriteScope = "contacts:write";

    public static void MapContacts(this RouteGroupBuilder api)
    {
        var contacts = api.MapGroup("/contacts").WithTags("Contacts");
        contacts.MapGet("", List).RequireScope(ReadScope).Operation("contacts_list", "List contacts")
            .SortableBy(ContactService.SortFields).Example(response: CrmExamples.PageOf(CrmExamples.Contact));
        contacts.MapPost("", Create).RequireScope(WriteScope).Operation("contacts_create", "Create a contact")
            .Example(CrmExamples.NewContact, CrmExamples.Contact)
            .Example(CrmExamples.NewContactByNames, CrmExamples.ContactByNames, "by_first_and_last_name");
        contacts.MapGet("/{id}", Get).RequireScope(ReadScope).Operation("contacts_get", "Read a contact")
            .Example(response: CrmExamples.Contact);
        contacts.MapPatch("/{id}", Update).RequireScope(WriteScope).Operation("contacts_update", "Change a contact", "Fields that are absent stay as they are; null empties a field.")
            .Example(CrmExamples.ContactChange, CrmExamples.ChangedContact);
        contacts.MapDelete("/{id}", Delete).RequireScope(WriteScope).Operation("contacts_delete", "Delete a contact", "Leads, deals and activities that point to it stay, and point to none.");
        contacts.MapGet("/{id}/activities", Activities).RequireScope("activities:read")
            .Operation("contacts_activities_list", "List a contact's activities")
            .SortableBy(ActivityService.SortFields).Example(response: CrmExamples.PageOf(CrmExamples.Activity));
    }

    private static async Task<Ok<ResourcePage<ContactResource>>> List(
        [AsParameters] ContactQuery query, [AsParameters] PageQuery page, ApiCall call, ContactService contacts, CancellationToken cancellation) =>
        TypedResults.Ok(ResourcePage.Of(await contacts.List(call.Tenant, query.Filter, page.Request, cancellation)));

    private static async Task<Created<ContactResource>> Create(ContactInput input, ApiCall call, ContactService contacts, CancellationToken cancellation)
    {
        var contact = await contacts.Create(call.Actor, input, cancellation);
        return TypedResults.Created($"{call.Path}/{contact.Id}", contact);
    }

    private static async Task<Ok<ContactResource>> Get(string id, ApiCall call, ContactService contacts, CancellationToken cancellation) =>
        TypedResults.Ok(await contacts.Get(call.Tenant, id, cancellation));

    private static async Task<Ok<ContactResource>> Update(string id, ContactPatch patch, ApiCall call, ContactService contacts, CancellationToken cancellation) =>
        TypedResults.Ok(await contacts.Update(call.Actor, id, patch, cancellation));

    private static async Task<Done> Delete(string id, ApiCall call, ContactService contacts, CancellationToken cancellation)
    {
        await contacts.Delete(call.Actor, id, cancellation);
        return new Done("The contact has been deleted.");
    }

    private static async Task<Ok<ResourcePage<ActivityResource>>> Activities(
        string id, [AsParameters] ActivityQuery query, [AsParameters] PageQuery page, ApiCall call, ActivityService activities, CancellationToken cancellation) =>
        TypedResults.Ok(ResourcePage.Of(await activities.ListOfContact(call.Tenant, id, query.Filter, page.Request, cancellation)));
}

/// <summary>The query parameters of a list of contacts; every one that is given must match.</summary>
internal sealed record ContactQuery
{
    /// <summary>The whole address, as it was given.</summary>
    [FromQuery(Name = "email")]
    public string? Email { get; init; }

    /// <summary>The company's whole name.</summary>
    [FromQuery(Name = "company")]
    public string? Company { get; init; }

    /// <summary>The user who looks after the contact.</summary>
    [FromQuery(Name = "owner_id")]
    public string? OwnerId { get; init; }

    /// <summary>A tag that the contact has.</summary>
    [FromQuery(Name = "tag")]
    public string? Tag { get; init; }

    /// <summary>Part of name, email or company, in any case.</summary>
    [FromQuery(Name = "q")]
    public string? Q { get; init; }

    /// <summary>Created later than this moment.</summary>
    [FromQuery(Name = "created_after")]
    public DateTimeOffset? CreatedAfter { get; init; }

    /// <summary>Created earlier than this moment.</summary>
    [FromQuery(Name = "created_before")]
    public DateTimeOffset? CreatedBefore { get; init; }

    public ContactFilter Filter => new()
    {
        Email = Email,
        Company = Company,
        OwnerId = OwnerId,
        Tag = Tag,
        Q = Q,
        CreatedAfter = CreatedAfter,
        CreatedBefore = CreatedBefore,
    };
}
