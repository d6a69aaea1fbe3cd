using System.Text.Json;
using System.Buffers.Text;
using Microsoft.EntityFrameworkCore;
using Portal.Core.Access;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Problems;
using static Portal.Tests.Access.AccessFixture;

namespace Portal.Tests.Access.Data;

public sealed class SessionTests
{
    [Fact]
    public async Task Access_token_has_exactly_the_claims_of_the_contract()
    {
        await using var portal = await Start();
        var jane = await portal.Register();
        var tokens = await portal.StartSession();
        var payload = JsonDocument.Parse(Base64Url.DecodeFromChars(tokens.AccessToken.Split('.')[1])).RootElement;
        Assert.Equal(
            ["email", "exp", "iat", "jti", "mode", "org_id", "permissions", "role", "sid", "sub"],
            payload.EnumerateObject().Select(claim => claim.Name).Order(StringComparer.Ordinal));
        Assert.Equal(jane.User.Id, payload.GetProperty("sub").GetString());
        Assert.Equal(jane.Organization.Id, payload.GetProperty("org_id").GetString());
        Assert.Equal("owner", payload.GetProperty("role").GetString());
        Assert.Equal("*", Assert.Single(payload.GetProperty("permissions").EnumerateArray()).GetString());
        Assert.Equal(30 * 60, payload.GetProperty("exp").GetInt64() - payload.GetProperty("iat").GetInt64());
        Assert.Equal(portal.Time.GetUtcNow().ToUnixTimeSeconds(), payload.GetProperty("iat").GetInt64());
        Assert.StartsWith("rt_", tokens.RefreshToken, StringComparison.Ordinal);
        Assert.Equal(46, tokens.RefreshToken.Length);
        portal.Logs.AssertNever(tokens.RefreshToken);
        portal.Logs.AssertNever(tokens.AccessToken);
    }

    [Fact]
    public async Task Access_token_works_until_it_expires()
    {
        await using var portal = await Start();
        var jane = await portal.Register();
        var token = (await portal.StartSession()).AccessToken;
        var check = await portal.Check(token);
        Assert.Equal((jane.User.Id, jane.Organization.Id, Role.Owner, ApiMode.Live), (check.Principal!.UserId, check.Principal.OrganizationId, check.Principal.Role, check.Principal.Mode));
        portal.Time.Advance(TimeSpan.FromMinutes(30) - TimeSpan.FromSeconds(1));
        Assert.Same(check.Principal, (await portal.Check(token)).Principal);
        portal.Time.Advance(TimeSpan.FromSeconds(1));
        var expired = await portal.Check(token);
        Assert.Equal(TokenFault.Expired, expired.Fault);
        Assert.Equal(("AUTH_002", expired.ExpiredAt), (expired.Problem!.Code.Reference, (DateTimeOffset?)expired.Problem.Details["expired_at"]));
    }

    [Fact]
    public async Task Changed_foreign_and_malformed_tokens_are_invalid()
    {
        await using var portal = await Start();
        await using var other = await Start();
        await portal.Register();
        await other.Register();
        var token = (await portal.StartSession()).AccessToken;
        var parts = token.Split('.');
        var forged = Base64Url.EncodeToString("{\"alg\":\"none\"}"u8);
        string[] bad =
        [
            "", "x", "a.b.c", "eyJ.eyJ.x", new('x', 10_000), $"{parts[0]}.{parts[1]}.", $"{forged}.{parts[1]}.",
            $"{parts[0]}.{Base64Url.EncodeToString("{}"u8)}.{parts[2]}", token[..^4] + "AAAA", (await other.StartSession()).AccessToken,
        ];
        foreach (var text in bad) Assert.Equal(TokenFault.Invalid, (await portal.Check(text)).Fault);
        Assert.NotNull((await portal.Check(token)).Principal);
    }

    [Fact]
    public async Task Refresh_brings_new_tokens_with_the_role_of_now()
    {
        await using var portal = await Start();
        var jane = await portal.Register();
        var first = await portal.StartSession();
        await SetRole(portal, jane, Role.Viewer);
        portal.Time.Advance(TimeSpan.FromDays(7) - TimeSpan.FromSeconds(1));
        var second = await portal.Sessions.Refresh(first.RefreshToken, portal.Origin, default);
        Assert.NotEqual(first.RefreshToken, second.RefreshToken);
        var principal = (await portal.Check(second.AccessToken)).Principal!;
        Assert.Equal(Role.Viewer, principal.Role);
        Assert.DoesNotContain("*", principal.Scopes.AsEnumerable());
        portal.Time.Advance(TimeSpan.FromDays(7));
        Assert.Equal("AUTH_002", (await Refused(() => portal.Sessions.Refresh(second.RefreshToken, portal.Origin, default))).Code.Reference);
    }

    [Theory]
    [InlineData(DatabaseProvider.Sqlite)]
    [InlineData(DatabaseProvider.Postgres)]
    public async Task Reused_refresh_token_ends_the_whole_session(DatabaseProvider provider)
    {
        await using var portal = await Start(provider);
        var jane = await portal.Register();
        var first = await portal.StartSession();
        var bystander = await portal.StartSession();
        var second = await portal.Sessions.Refresh(first.RefreshToken, portal.Origin, default);
        Assert.NotNull((await portal.Check(second.AccessToken)).Principal);

        Assert.Equal("refresh_token_reused", (await Refused(() => portal.Sessions.Refresh(first.RefreshToken, portal.Origin, default))).Details["reason"]);
        Assert.Equal(TokenFault.Revoked, (await portal.Check(second.AccessToken)).Fault);
        Assert.Equal(TokenFault.Revoked, (await portal.Check(first.AccessToken)).Fault);
        Assert.Equal("AUTHENTICATION_FAILED", (await Refused(() => portal.Sessions.Refresh(second.RefreshToken, portal.Origin, default))).Code.Code);
        Assert.Contains("session.reuse_detected", await portal.Audit(jane.Organization.Id));
        Assert.NotNull((await portal.Check(bystander.AccessToken)).Principal);
        await portal.Sessions.Refresh(bystander.RefreshToken, portal.Origin, default);
    }

    [Theory]
    [InlineData(DatabaseProvider.Sqlite)]
    [InlineData(DatabaseProvider.Postgres)]
    public async Task Of_concurrent_refreshes_with_one_token_exactly_one_succeeds(DatabaseProvider provider)
    {
        await using var portal = await Start(provider);
        await portal.Register();
        var tokens = await portal.StartSession();
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(async () =>
        {
            try
            {
                await portal.Sessions.Refresh(tokens.RefreshToken, portal.Origin, default);
                return true;
            }
            catch (ProblemException e) when (e.Problem.Code == ErrorCode.AuthenticationFailed)
            {
                return false;
            }
        })));
        Assert.Equal(1, outcomes.Count(succeeded => succeeded));
    }

    [Fact]
    public async Task Ended_session_is_refused_on_the_next_check_and_after_a_restart()
    {
        await using var portal = await Start();
        var jane = await portal.Register();
        var tokens = await portal.StartSession();
        var session = (await portal.Check(tokens.AccessToken)).Principal!;
        await portal.Sessions.End(session.SessionId, portal.Origin.ActorFor(jane.User, jane.Organization.Id), default);
        Assert.Equal(TokenFault.Revoked, (await portal.Check(tokens.AccessToken)).Fault);
        await Refused(() => portal.Sessions.Refresh(tokens.RefreshToken, portal.Origin, default));
        Assert.Contains("session.ended", await portal.Audit(jane.Organization.Id));
        await using var restarted = await portal.Again();
        Assert.Equal(TokenFault.Revoked, (await restarted.Check(tokens.AccessToken)).Fault);
    }

    [Fact]
    public async Task Revoked_sessions_are_forgotten_when_their_tokens_have_expired()
    {
        await using var portal = await Start();
        var jane = await portal.Register();
        var session = (await portal.Check((await portal.StartSession()).AccessToken)).Principal!;
        await portal.Sessions.End(session.SessionId, portal.Origin.ActorFor(jane.User, jane.Organization.Id), default);
        Assert.Equal(1, portal.Get<RevokedSessions>().Count);
        portal.Time.Advance(TimeSpan.FromMinutes(30));
        Assert.Equal(1, portal.Get<RevokedSessions>().Count);
        portal.Time.Advance(TimeSpan.FromMinutes(41));
        Assert.Equal(0, portal.Get<RevokedSessions>().Count);
    }

    [Fact]
    public async Task Removed_member_and_locked_user_cannot_refresh()
    {
        await using var portal = await Start();
        var jane = await portal.Register();
        var tokens = await portal.StartSession();
        for (var i = 0; i < 10; i++) await Refused(() => portal.SignIn(password: "wrong password"));
        Assert.Equal("locked_out", (await Refused(() => portal.Sessions.Refresh(tokens.RefreshToken, portal.Origin, default))).Details["reason"]);
        portal.Time.Advance(TimeSpan.FromMinutes(5));
        tokens = await portal.Sessions.Refresh(tokens.RefreshToken, portal.Origin, default);
        await portal.Store.WriteAcross((db, token) => db.Across<Membership>().Where(member => member.UserId == jane.User.Id).ExecuteDeleteAsync(token), default);
        Assert.Equal("AUTHORIZATION_FAILED", (await Refused(() => portal.Sessions.Refresh(tokens.RefreshToken, portal.Origin, default))).Code.Code);
        Assert.Equal("no_organization", (await Refused(() => portal.SignIn())).Details["reason"]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("rt_short")]
    [InlineData("rt_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public async Task Unknown_refresh_token_is_refused(string token)
    {
        await using var portal = await Start();
        var problem = await Refused(() => portal.Sessions.Refresh(token, portal.Origin, default));
        Assert.Equal(token.Length == 0 ? "VALIDATION_ERROR" : "AUTHENTICATION_FAILED", problem.Code.Code);
    }

    [Fact]
    public async Task Refresh_tokens_and_passwords_are_not_stored()
    {
        await using var portal = await Start();
        await portal.Register();
        var tokens = await portal.StartSession();
        await using var db = portal.Store.ReadAcross();
        Assert.Equal(KeyHash.Of(tokens.RefreshToken).ToArray(), (await db.RefreshTokens.SingleAsync()).Hash);
        Assert.DoesNotContain(Password, (await db.Users.SingleAsync()).PasswordHash, StringComparison.Ordinal);
    }

    private static Task<int> SetRole(AccessFixture portal, Registered user, Role role) => portal.Store.WriteAcross(
        (db, token) => db.Across<Membership>().Where(member => member.UserId == user.User.Id)
            .ExecuteUpdateAsync(set => set.SetProperty(member => member.Role, role), token), default);
}
