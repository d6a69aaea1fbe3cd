using Portal.Core.Access;
using Portal.Core.Gateway;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Paging;
using Portal.Core.Shared.Problems;
using Portal.Tests.Access;
using Portal.Tests.Access.Data;
using static Portal.Tests.Access.AccessFixture;

namespace Portal.Tests.Billing.Data;

/// <summary>A plan's members: nobody is invited or joins beyond them.</summary>
public sealed class MemberQuotaTests
{
    public static TheoryData<DatabaseProvider> Databases => [DatabaseProvider.Sqlite, DatabaseProvider.Postgres];

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task Invitations_end_where_members_and_invited_reach_the_plans_limit(DatabaseProvider provider)
    {
        await using var portal = await Start(provider);
        var host = await portal.Register("host@example.com");
        var invitations = portal.Get<Invitations>();
        await SetLimit(portal, 3);
        await portal.Joined(host, "one@example.com", Role.Viewer);
        var open = await invitations.Create(host.Owner(), "two@example.com", Role.Viewer, default);
        var problem = await Refused(() => invitations.Create(host.Owner(), "three@example.com", Role.Viewer, default));
        Assert.Equal((ErrorCode.QuotaExceeded, "collaborators", "free", 3, 3), (problem.Code, problem.Details["limit"], problem.Details["plan"], problem.Details["quota"], problem.Details["used"]));
        await invitations.Withdraw(host.Owner(), open.Id, default);
        await invitations.Create(host.Owner(), "three@example.com", Role.Viewer, default);
        portal.Time.Advance(TimeSpan.FromDays(8));
        await invitations.Create(host.Owner(), "four@example.com", Role.Viewer, default);
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task Nobody_joins_an_organization_that_is_full_and_signing_in_goes_on(DatabaseProvider provider)
    {
        await using var portal = await Start(provider);
        var host = await portal.Register("host@example.com");
        var guest = await portal.Register("guest@example.com");
        await portal.Get<Invitations>().Create(host.Owner(), "guest@example.com", Role.Viewer, default);
        var token = await portal.TokenFor("guest@example.com");
        await SetLimit(portal, 1);
        Assert.Equal(ErrorCode.QuotaExceeded, (await Refused(() => portal.Get<Joining>().Accept(guest.User.Id, token, portal.Origin, default))).Code);
        var step = await portal.Get<SignIns>().Start(new SignInInput("guest@example.com", Password, token), portal.Origin, default);
        Assert.Equal(guest.Organization.Id, step.SignedIn!.Organization.Id);
        Assert.Single((await portal.Get<Invitations>().List(host.Owner(), new PageRequest(), default)).Items);
        await SetLimit(portal, null);
        Assert.Equal(host.Organization.Id, (await portal.Get<Joining>().Accept(guest.User.Id, token, portal.Origin, default)).Organization.Id);
    }

    private static Task SetLimit(AccessFixture portal, int? members) => portal.Get<LimitCatalog>().Save(new LimitsDocument { Free = new PlanLimits { Collaborators = members } }, default);
}
