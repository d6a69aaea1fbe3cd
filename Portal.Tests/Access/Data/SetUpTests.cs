using System.Text.RegularExpressions;
using Portal.Core.Access;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Problems;
using static Portal.Tests.Access.AccessFixture;

namespace Portal.Tests.Access.Data;

public sealed partial class SetUpTests
{
    [Fact]
    public async Task Code_from_the_console_makes_the_administrator_once()
    {
        await using var portal = await Start();
        var setUp = portal.Get<SetUp>();
        Assert.True(await setUp.IsNeeded(default));
        var code = CodesOf(portal).Single();

        var made = await setUp.Complete(First(code), portal.Origin, default);
        Assert.True(made.User is { IsOperator: true, EmailConfirmed: true });
        Assert.Equal((Plan.Enterprise, "Acme", Role.Owner), (made.Organization.Plan, made.Organization.Name, made.Role));
        Assert.False(await setUp.IsNeeded(default));
        Assert.Equal("CONFLICT", (await Refused(() => setUp.Complete(First(code), portal.Origin, default))).Code.Code);
        Assert.Equal(made.User.Id, (await portal.SignIn("admin@example.com")).User.Id);

        await using var restarted = await portal.Again();
        Assert.False(await restarted.Get<SetUp>().IsNeeded(default));
        Assert.Empty(CodesOf(restarted));
    }

    [Fact]
    public async Task Wrong_code_is_refused_and_ten_of_them_void_the_right_one()
    {
        await using var portal = await Start();
        var setUp = portal.Get<SetUp>();
        var code = CodesOf(portal).Single();
        for (var i = 0; i < 10; i++) Assert.Equal("code", (await Refused(() => setUp.Complete(First("wrong"), portal.Origin, default))).Details["field"]);
        Assert.Equal("code", (await Refused(() => setUp.Complete(First(code), portal.Origin, default))).Details["field"]);
        var next = CodesOf(portal);
        Assert.Equal(2, next.Count);
        await setUp.Complete(First(next[1]), portal.Origin, default);
    }

    [Fact]
    public async Task Code_is_asked_before_fields_are_judged()
    {
        await using var portal = await Start();
        var setUp = portal.Get<SetUp>();
        var nothing = new FirstAccount(null, null, null, null, null, "wrong");
        Assert.Equal("code", (await Refused(() => setUp.Complete(nothing, portal.Origin, default))).Details["field"]);
        var problem = await Refused(() => setUp.Complete(nothing with { Code = CodesOf(portal).Single() }, portal.Origin, default));
        Assert.Equal(["email", "password", "first_name", "last_name", "organization_name"], problem.Errors.Select(fault => fault.Field));
    }

    [Theory]
    [InlineData(DatabaseProvider.Sqlite)]
    [InlineData(DatabaseProvider.Postgres)]
    public async Task Of_concurrent_set_ups_exactly_one_succeeds(DatabaseProvider provider)
    {
        await using var portal = await Start(provider);
        var code = CodesOf(portal).Single();
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 5).Select(async number =>
        {
            try
            {
                await portal.Get<SetUp>().Complete(First(code) with { Email = $"admin{number}@example.com" }, portal.Origin, default);
                return "made";
            }
            catch (ProblemException e)
            {
                return e.Problem.Code.Code;
            }
        }));
        Assert.Equal(1, outcomes.Count(outcome => outcome == "made"));
        await using var db = portal.Store.ReadAcross();
        Assert.Single(db.Users);
    }

    private static FirstAccount First(string code) => new("admin@example.com", Password, "Ada", "Min", "Acme", code);

    private static List<string> CodesOf(AccessFixture portal) =>
        [.. portal.Logs.Lines.Select(line => CodeInAddress().Match(line.Message)).Where(match => match.Success).Select(match => match.Groups["code"].Value)];

    [GeneratedRegex("http://localhost:5080/setup\\?code=(?<code>[a-z0-9]{24})$", RegexOptions.ExplicitCapture)]
    private static partial Regex CodeInAddress();
}
