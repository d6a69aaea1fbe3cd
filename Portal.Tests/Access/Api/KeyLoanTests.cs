using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Portal.Core.Access;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Ids;
using Portal.Core.Shared.Problems;

namespace Portal.Tests.Access.Api;

/// <summary>Keys lent to pages: the token does what the key does, and ends with the key, the session and the lender's role.</summary>
public sealed class KeyLoanTests(KeysApi api) : IClassFixture<KeysApi>
{
    private static readonly Origin Page = new("127.0.0.1", "Playground");

    private T Get<T>() where T : notnull => api.App.Services.GetRequiredService<T>();

    [Fact]
    public async Task Lent_key_calls_with_the_keys_scopes_mode_limits_and_name()
    {
        var member = await NewMember();
        var key = await NewKey(member, ApiMode.Test, rateLimit: 7);
        var loan = await Lend(member, key.Id);

        Assert.Equal(HttpStatusCode.OK, (await api.Get("/api/v1/contacts", loan.Token)).Status);
        var refused = await api.Get("/api/v1/deals", loan.Token);
        Assert.Equal((HttpStatusCode.Forbidden, "deals:read"), (refused.Status, (string)refused.Details!["scope"]!));
        using var client = api.App.Client(loan.Token);
        using var answer = await client.GetAsync(new Uri("/api/v1/contacts", UriKind.Relative));
        Assert.Equal("7", Assert.Single(answer.Headers.GetValues("X-RateLimit-Limit")));
    }

    [Fact]
    public async Task Lent_key_and_key_share_their_limit()
    {
        var member = await NewMember();
        var key = await NewKey(member, ApiMode.Test, rateLimit: 2);
        var loan = await Lend(member, key.Id);

        Assert.Equal(HttpStatusCode.OK, (await api.Get("/api/v1/contacts", key.Secret)).Status);
        Assert.Equal(HttpStatusCode.OK, (await api.Get("/api/v1/contacts", loan.Token)).Status);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await api.Get("/api/v1/contacts", loan.Token)).Status);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await api.Get("/api/v1/contacts", key.Secret)).Status);
    }

    /// <summary>The page reads a key's calls from the data of the key's mode: that they are found there shows the mode too.</summary>
    [Fact]
    public async Task Calls_stand_in_the_log_under_the_key_and_its_mode()
    {
        var member = await NewMember();
        var key = await NewKey(member, ApiMode.Test);
        await api.Get("/api/v1/contacts", (await Lend(member, key.Id)).Token);

        var details = await Get<ApiKeyOverview>().Get(member, key.Id, default);

        Assert.Equal("/api/v1/contacts", Assert.Single(details.Recent).Path);
        Assert.NotNull(details.Key.LastUsedAt);
    }

    [Fact]
    public async Task Token_expires_after_five_minutes_and_the_loan_goes_on_before()
    {
        var member = await NewMember();
        var key = await NewKey(member, ApiMode.Test);
        var first = await Lend(member, key.Id);
        Assert.True(await api.Works(first.Token));

        api.Time.Advance(TimeSpan.FromMinutes(4));
        var second = await Lend(member, key.Id, first.Id);
        Assert.Equal(first.Id, second.Id);
        api.Time.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal("Access token has expired", (string?)(await api.Get("/api/v1/ping", first.Token)).Body!["error"]!["message"]);
        Assert.True(await api.Works(second.Token));
        api.Time.Advance(TimeSpan.FromMinutes(5));
        Assert.NotEqual(first.Id, (await Lend(member, key.Id, first.Id)).Id);
    }

    [Fact]
    public async Task Revoked_key_ends_its_loan_on_the_next_request()
    {
        var member = await NewMember();
        var key = await NewKey(member, ApiMode.Test);
        var loan = await Lend(member, key.Id);
        Assert.True(await api.Works(loan.Token));

        await Get<ApiKeyService>().Revoke(member, key.Id, default);

        var refused = await api.Get("/api/v1/ping", loan.Token);
        Assert.Equal((HttpStatusCode.Unauthorized, "revoked"), (refused.Status, (string)refused.Details!["reason"]!));
        Assert.Equal(ErrorCode.Conflict, await Refused(member, key.Id));
    }

    [Fact]
    public async Task Disabled_key_ends_its_loan_until_it_is_enabled()
    {
        var member = await NewMember();
        var key = await NewKey(member, ApiMode.Test);
        var loan = await Lend(member, key.Id);
        await Get<ApiKeyService>().Disable(member, key.Id, default);

        Assert.Equal("disabled", (string)(await api.Get("/api/v1/ping", loan.Token)).Details!["reason"]!);
        Assert.Equal(ErrorCode.Conflict, await Refused(member, key.Id));
        await Get<ApiKeyService>().Enable(member, key.Id, default);
        Assert.True(await api.Works(loan.Token));
    }

    [Fact]
    public async Task Expired_key_is_not_lent_and_ends_its_loan()
    {
        var member = await NewMember();
        var key = await NewKey(member, ApiMode.Test, expiresIn: TimeSpan.FromMinutes(2));
        var loan = await Lend(member, key.Id);
        Assert.True(await api.Works(loan.Token));

        api.Time.Advance(TimeSpan.FromMinutes(2));

        Assert.Equal("expired", (string)(await api.Get("/api/v1/ping", loan.Token)).Details!["reason"]!);
        Assert.Equal(ErrorCode.Conflict, await Refused(member, key.Id));
    }

    [Fact]
    public async Task Sign_out_ends_the_users_loans_and_no_others()
    {
        var (member, other) = (await NewMember(), await NewMember());
        var (key, otherKey) = (await NewKey(member, ApiMode.Test), await NewKey(other, ApiMode.Test));
        var (loan, otherLoan) = (await Lend(member, key.Id), await Lend(other, otherKey.Id));
        Assert.True(await api.Works(loan.Token));

        await Get<KeyLoans>().EndAll(member.UserId!, default);

        Assert.Equal(HttpStatusCode.Unauthorized, (await api.Get("/api/v1/ping", loan.Token)).Status);
        Assert.True(await api.Works(otherLoan.Token));
        var next = await Lend(member, key.Id, loan.Id);
        Assert.NotEqual(loan.Id, next.Id);
        Assert.True(await api.Works(next.Token));
    }

    [Fact]
    public async Task Changed_password_ends_loans()
    {
        var member = await NewMember();
        var loan = await Lend(member, (await NewKey(member, ApiMode.Test)).Id);
        Assert.True(await api.Works(loan.Token));

        await Get<PortalStore>().WriteAcross(async (db, token) =>
        {
            await Get<SessionRevocation>().RevokeAll(db, member.UserId!, null, "password", token);
            return true;
        }, default);

        Assert.False(await api.Works(loan.Token));
    }

    [Fact]
    public async Task Lender_who_lost_the_role_lends_nothing_any_more()
    {
        var member = await NewMember();
        var key = await NewKey(member, ApiMode.Test);
        var loan = await Lend(member, key.Id);
        Assert.True(await api.Works(loan.Token));

        await SetRole(member, Role.Viewer);

        var refused = await api.Get("/api/v1/ping", loan.Token);
        Assert.Equal((HttpStatusCode.Unauthorized, "not_lent_any_more"), (refused.Status, (string)refused.Details!["reason"]!));
    }

    [Fact]
    public async Task Key_that_grew_beyond_its_lender_is_refused()
    {
        var member = await NewMember(Role.Developer);
        var key = await NewKey(member, ApiMode.Test);
        var loan = await Lend(member, key.Id);
        Assert.True(await api.Works(loan.Token));

        await Get<ApiKeyService>().Update(As(member, Role.Owner), key.Id, new ApiKeyPatch { Scopes = new(["*"]) }, default);

        Assert.False(await api.Works(loan.Token));
        Assert.Equal(ErrorCode.AuthorizationFailed, await Refused(member, key.Id));
    }

    [Fact]
    public async Task Viewer_program_and_other_organization_are_refused()
    {
        var (member, stranger) = (await NewMember(), await NewMember());
        var key = await NewKey(member, ApiMode.Test);

        Assert.Equal(ErrorCode.AuthorizationFailed, await Refused(As(member, Role.Viewer), key.Id));
        Assert.Equal(ErrorCode.AuthorizationFailed, await Refused(member with { Type = "api_key", UserId = null }, key.Id));
        Assert.Equal(ErrorCode.NotFound, await Refused(stranger, key.Id));
        Assert.Equal(ErrorCode.NotFound, await Refused(member, "key_\0'"));
        // Nobody goes on with somebody else's loan.
        var loan = await Lend(member, key.Id);
        Assert.NotEqual(loan.Id, (await Lend(stranger, (await NewKey(stranger, ApiMode.Test)).Id, loan.Id)).Id);
    }

    [Fact]
    public async Task Address_list_of_the_key_holds_for_its_loan()
    {
        var member = await NewMember();
        var key = await NewKey(member, ApiMode.Test, address: "203.0.113.0/24");
        var loan = await Lend(member, key.Id);

        Assert.True(await api.Works(loan.Token, "203.0.113.7"));
        Assert.False(await api.Works(loan.Token, "198.51.100.1"));
    }

    [Fact]
    public async Task Loan_is_no_session_of_its_lender()
    {
        var member = await NewMember();
        var loan = await Lend(member, (await NewKey(member, ApiMode.Test)).Id);

        Assert.NotEqual(HttpStatusCode.OK, (await api.Get("/api/v1/auth/me", loan.Token)).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await api.Get("/api/v1/keys", loan.Token)).Status);
    }

    [Fact]
    public async Task Token_of_another_organization_header_is_refused()
    {
        var (member, stranger) = (await NewMember(), await NewMember());
        var loan = await Lend(member, (await NewKey(member, ApiMode.Test)).Id);
        using var client = api.App.Client(loan.Token);
        client.DefaultRequestHeaders.Add("X-Organization-ID", stranger.Tenant.OrganizationId);

        using var answer = await client.GetAsync(new Uri("/api/v1/ping", UriKind.Relative));

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
    }

    [Fact]
    public async Task Loans_of_a_key_stand_in_the_audit_log_once_in_twelve_hours()
    {
        var member = await NewMember();
        var key = await NewKey(member, ApiMode.Live);
        var loan = await Lend(member, key.Id);
        await Lend(member, key.Id, loan.Id);
        await Lend(member, key.Id);
        Assert.Equal(1, await Audited(key.Id));

        api.Time.Advance(TimeSpan.FromHours(13));
        await Lend(member, key.Id);
        Assert.Equal(2, await Audited(key.Id));
        api.App.Logs.AssertNever(loan.Token);
    }

    private Task<KeyLoan> Lend(Actor member, string keyId, string? loanId = null) => Get<KeyLoans>().Lend(member, keyId, loanId, Page, default);

    private async Task<ErrorCode> Refused(Actor actor, string keyId) =>
        (await Assert.ThrowsAsync<ProblemException>(() => Lend(actor, keyId))).Problem.Code;

    private Task<IssuedApiKey> NewKey(Actor member, ApiMode mode, int? rateLimit = null, TimeSpan? expiresIn = null, string? address = null) =>
        Get<ApiKeyService>().Create(member, new ApiKeyInput
        {
            Name = "Shop", Mode = mode, Scopes = ["contacts:read"], RateLimit = new(rateLimit), ExpiresAt = api.Time.GetUtcNow() + expiresIn,
            AllowedAddresses = address is null ? [] : [address],
        }, default);

    private async Task<Actor> NewMember(Role role = Role.Owner)
    {
        var now = api.Time.GetUtcNow();
        var (userId, organizationId) = (Get<IdGenerator>().New("usr"), Get<IdGenerator>().New("org"));
        await Get<PortalStore>().WriteAcross((db, _) =>
        {
            db.Add(new Organization { Id = organizationId, Name = "Tests", Plan = Plan.Enterprise, CreatedAt = now });
            db.Add(new User { Id = userId, UserName = userId, NormalizedUserName = userId.ToUpperInvariant(), Email = $"{userId}@example.com", SecurityStamp = userId, CreatedAt = now });
            db.Add(new Membership { OrganizationId = organizationId, UserId = userId, Role = role, CreatedAt = now });
            return Task.FromResult(true);
        }, default);
        return As(new Actor(new Tenant(organizationId, ApiMode.Live), "user", userId, "Ada") { UserId = userId }, role);
    }

    private static Actor As(Actor member, Role role) => member with { GrantedScopes = Scopes.Expand(Scopes.Of(role)) };

    private async Task SetRole(Actor member, Role role)
    {
        await Get<PortalStore>().WriteAcross((db, token) =>
            db.Across<Membership>().Where(row => row.UserId == member.UserId).ExecuteUpdateAsync(set => set.SetProperty(row => row.Role, role), token), default);
        Get<Core.Shared.Cluster.IClusterSignals>().Send(Core.Shared.Cluster.SignalTopics.Organization, member.Tenant.OrganizationId);
    }

    private async Task<int> Audited(string keyId)
    {
        await using var db = Get<PortalStore>().ReadAcross();
        return await db.Across<AuditEntry>().CountAsync(entry => entry.Action == "key.lent" && entry.TargetId == keyId);
    }
}
