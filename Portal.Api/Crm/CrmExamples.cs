using Portal.Core.Crm;
using Portal.Core.Shared.Json;
using Portal.Core.Shared.Paging;

namespace Portal.Api.Crm;

/// <summary>The examples of contacts, leads, deals and activities in the API's documents; their ids fit together.</summary>
internal static class CrmExamples
{
    private const string ContactId = "con_06bv5cwjmxq4s0d2k8h1r3n7zf";
    private const string DealId = "deal_06bv5d10vxq4s0d2k8h1r3n7zg";
    private const string OwnerId = "usr_06bv59hk2xq4s0d2k8h1r3n7zh";
    private static readonly DateTimeOffset Created = new(2024, 3, 20, 10, 30, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Changed = new(2024, 3, 21, 8, 15, 0, TimeSpan.Zero);

    public static readonly ContactInput NewContact = new()
    {
        Name = "Ada Lovelace",
        Email = "ada@analytical.example",
        Phone = "+44 20 7946 0018",
        Company = "Analytical Engines Ltd",
        Title = "Head of Research",
        Tags = ["customer", "newsletter"],
    };

    public static readonly ContactInput NewContactByNames = new() { FirstName = "Charles", LastName = "Babbage", Email = "charles@analytical.example" };

    public static readonly ContactPatch ContactChange = new() { Title = new("Chief Scientist"), Phone = new(null) };

    public static readonly ContactResource Contact = new()
    {
        Id = ContactId,
        Name = "Ada Lovelace",
        FirstName = "Ada",
        LastName = "Lovelace",
        Email = "ada@analytical.example",
        Phone = "+44 20 7946 0018",
        Company = "Analytical Engines Ltd",
        Title = "Head of Research",
        OwnerId = OwnerId,
        Tags = ["customer", "newsletter"],
        CreatedAt = Created,
        UpdatedAt = Created,
    };

    public static readonly ContactResource ContactByNames = Contact with
    {
        Id = "con_06bv5cx2zxq4s0d2k8h1r3n7zk",
        Name = "Charles Babbage",
        FirstName = "Charles",
        LastName = "Babbage",
        Email = "charles@analytical.example",
        Phone = null,
        Company = null,
        Title = null,
        OwnerId = null,
        Tags = [],
    };

    public static readonly ContactResource ChangedContact = Contact with { Title = "Chief Scientist", Phone = null, UpdatedAt = Changed };

    public static readonly LeadInput NewLead = new()
    {
        Title = "Engines for the survey office",
        ContactId = ContactId,
        Status = "new",
        Source = "referral",
        Notes = "Has the budget for this year.",
        Amount = 25000m,
        Currency = "GBP",
    };

    public static readonly LeadPatch LeadChange = new() { Status = new("qualified"), OwnerId = new(OwnerId) };

    public static readonly LeadResource Lead = new()
    {
        Id = "lead_06bv5d0d8xq4s0d2k8h1r3n7zt",
        Title = "Engines for the survey office",
        ContactId = ContactId,
        OwnerId = null,
        OrganizationId = "org_06bv59g1wxq4s0d2k8h1r3n7zs",
        Status = "new",
        Source = "referral",
        Score = null,
        ScoreFactors = null,
        ScoreConfidence = null,
        Notes = "Has the budget for this year.",
        QuoteId = null,
        Amount = 25000.00m,
        Currency = "GBP",
        CreatedAt = Created,
        UpdatedAt = Created,
        Contact = new LeadContact(ContactId, "Ada Lovelace", "ada@analytical.example", "Analytical Engines Ltd"),
    };

    public static readonly LeadResource ChangedLead = Lead with { Status = "qualified", OwnerId = OwnerId, UpdatedAt = Changed };

    /// <summary>One that has been scored.</summary>
    public static readonly LeadResource ScoredLead = ChangedLead with
    {
        Score = 85, ScoreFactors = """{"industry":20,"company_size":15,"engagement":25,"decision_maker":15,"urgency":10}""", ScoreConfidence = 0.92,
    };

    public static readonly DealInput NewDeal = new()
    {
        Title = "Difference engine, two units",
        Value = 12500.50m,
        Currency = "GBP",
        StageId = 1,
        ContactId = ContactId,
        ExpectedCloseDate = new DateOnly(2024, 6, 30),
        Notes = "Wants delivery before the summer.",
    };

    public static readonly DealPatch DealChange = new() { Value = new(13000m), ExpectedCloseDate = new(new DateOnly(2024, 7, 15)) };

    public static readonly DealResource Deal = new()
    {
        Id = DealId,
        Title = "Difference engine, two units",
        Value = 12500.50m,
        Currency = "GBP",
        StageId = 1,
        Stage = DealStages.NameOf(1),
        Status = "open",
        OwnerId = OwnerId,
        ContactId = ContactId,
        ExpectedCloseDate = new DateOnly(2024, 6, 30),
        Notes = "Wants delivery before the summer.",
        CreatedAt = Created,
        UpdatedAt = Created,
    };

    public static readonly DealResource ChangedDeal = Deal with { Value = 13000.00m, ExpectedCloseDate = new DateOnly(2024, 7, 15), UpdatedAt = Changed };

    public static readonly ActivityInput NewActivity = new()
    {
        Type = "meeting",
        Subject = "Demonstration",
        Description = "Show the engine computing Bernoulli numbers.",
        ContactId = ContactId,
        DealId = DealId,
        DueAt = new DateTimeOffset(2024, 4, 2, 14, 0, 0, TimeSpan.Zero),
    };

    public static readonly ActivityPatch ActivityChange = new() { CompletedAt = new(Changed) };

    public static readonly ActivityResource Activity = new()
    {
        Id = "act_06bv5d4qgxq4s0d2k8h1r3n7zj",
        Type = "meeting",
        Subject = "Demonstration",
        Description = "Show the engine computing Bernoulli numbers.",
        ContactId = ContactId,
        DealId = DealId,
        OwnerId = OwnerId,
        DueAt = new DateTimeOffset(2024, 4, 2, 14, 0, 0, TimeSpan.Zero),
        Completed = false,
        CompletedAt = null,
        CreatedAt = Created,
        UpdatedAt = Created,
    };

    public static readonly ActivityResource ChangedActivity = Activity with { Completed = true, CompletedAt = Changed, UpdatedAt = Changed };

    /// <summary>A list of which the resource is all.</summary>
    public static Gateway.ResourcePage<T> PageOf<T>(T resource) where T : IResource => Gateway.ResourcePage.Of(new Page<T>([resource], 1, PageRequest.DefaultPerPage, 1, null));
}
