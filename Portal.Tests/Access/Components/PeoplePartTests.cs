using System.Text.Json.Nodes;
using Bunit;
using Portal.Access;
using Portal.Access.Parts;
using Portal.Access.Parts.People;
using Portal.Core.Access;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Paging;
using Portal.Shared;
using Portal.Tests.Access.Data;
using Portal.Tests.Shared.Components;

namespace Portal.Tests.Access.Components;

public sealed class PeoplePartTests : PartTest
{
    private static readonly MemberResource Jane = new()
    {
        Id = "usr_jane", Name = "Jane Doe", Email = "jane@example.com", Role = Role.Owner, TwoFactor = true, JoinedAt = AccessHost.Now, LastSeenAt = AccessHost.Now,
    };

    private static readonly MemberResource Max = Jane with { Id = "usr_max", Name = "Max", Email = "max@example.com", Role = Role.Developer, TwoFactor = false, LastSeenAt = null };

    [Theory]
    [InlineData(Role.Owner, 2, 4, 3)]
    [InlineData(Role.Admin, 1, 3, 1)]
    [InlineData(Role.Developer, 0, 0, 0)]
    public void Table_offers_what_the_viewers_role_may_do(Role role, int selects, int choices, int buttons)
    {
        var table = Table(Viewer("usr_viewer", role), Jane, Max);

        Assert.Equal(selects, table.FindAll("select").Count);
        Assert.Equal(choices, selects == 0 ? 0 : table.FindAll("select")[^1].Children.Length);
        Assert.Equal(buttons, table.FindAll("button").Count);
    }

    [Fact]
    public void Own_row_says_so_and_can_only_be_left()
    {
        MemberResource? left = null;
        var table = Render<MemberGrid>(p => p.Add(t => t.Load, Page(Jane)).Add(t => t.Viewer, Viewer("usr_jane", Role.Owner)).Add(t => t.OnRemove, member => left = member));

        Assert.Contains("You", table.Find("tbody th").TextContent, StringComparison.Ordinal);
        table.FindAll("button").Single(button => button.TextContent == "Leave").Click();
        Assert.Equal(Jane, left);
    }

    [Fact]
    public void Role_that_is_refused_goes_back_to_what_stands()
    {
        var chosen = new List<Role>();
        var choice = Render<RoleChoice>(p => p.Add(c => c.Value, Role.Viewer).Add(c => c.Own, Role.Admin).Add(c => c.Label, "Role of Max").Add(c => c.OnChoose, chosen.Add));
        choice.Find("select").Change("Admin");

        Assert.Equal([Role.Admin], chosen);
        Assert.Equal("Viewer", choice.Find("option[selected]").GetAttribute("value"));
        Assert.Equal(["Admin", "Developer", "Viewer"], choice.FindAll("option").Select(option => option.GetAttribute("value")));
    }

    [Fact]
    public void Expired_invitation_says_so_and_can_be_sent_again()
    {
        InvitationResource? again = null;
        var invitation = new InvitationResource
        {
            Id = "inv_1", Email = "guest@example.com", Role = Role.Viewer, Status = InvitationStatus.Expired, InvitedById = null, InvitedBy = "Jane", CreatedAt = AccessHost.Now,
            SentAt = AccessHost.Now, ExpiresAt = AccessHost.Now,
        };
        var table = Render<InvitationGrid>(p => p.Add(t => t.Load, Page(invitation)).Add(t => t.Viewer, Viewer("usr_jane", Role.Admin)).Add(t => t.OnResend, row => again = row));

        Assert.Equal("Expired", table.Find(".badge").TextContent);
        table.Find("button[aria-label='Send again to guest@example.com']").Click();
        Assert.Equal(invitation, again);
    }

    [Fact]
    public void Addresses_are_read_with_any_separator_and_once_each() =>
        Assert.Equal(["a@example.com", "b@example.com", "c@example.com"], new InviteDraft { Text = " a@example.com, b@example.com;\nA@example.com c@example.com\n" }.Addresses);

    [Fact]
    public void Audit_entry_shows_each_field_before_and_after()
    {
        var entry = new AuditEntryResource
        {
            Id = "aud_1", Action = "key.updated", Summary = "Changed", ActorType = "user", ActorId = "usr_1", ActorName = "Jane", TargetType = "api_key", TargetId = "key_1",
            Address = null, CreatedAt = AccessHost.Now,
            Changes = new JsonObject { ["rate_limit"] = new JsonObject { ["from"] = null, ["to"] = 100 }, ["scopes"] = new JsonObject { ["from"] = new JsonArray("a:read"), ["to"] = new JsonArray() } },
        };
        var detail = Render<AuditDetail>(p => p.Add(d => d.Entry, entry).Add(d => d.Filter, change => $"?{change.Name}={change.Value}"));

        Assert.Equal(["rate_limit ∅ 100", "scopes [\"a:read\"] []"], detail.FindAll("tbody tr").Select(row => string.Join(' ', row.Children.Select(cell => cell.TextContent))));
        Assert.Equal(["?actor=usr_1", "?target=key_1"], detail.FindAll("a").Select(link => link.GetAttribute("href")));
    }

    [Fact]
    public void Csv_is_quoted_and_starts_no_formula() =>
        Assert.Equal("plain,\"a, \"\"b\"\"\nc\",,'=1+1,\"'@x,y\"\r\n", AuditExport.Line("plain", "a, \"b\"\nc", null, "=1+1", "@x,y"));

    [Fact]
    public void Qr_code_is_square_with_a_quiet_zone_of_four_and_three_finders()
    {
        var code = Render<QrCode>(p => p.Add(q => q.Text, "otpauth://totp/Portal:jane").Add(q => q.Label, "Code"));
        var path = code.Find("path").GetAttribute("d")!;
        var size = int.Parse(code.Find("svg").GetAttribute("viewBox")!.Split(' ')[2]);

        Assert.Equal(0, (size - 8 - 21) % 4);
        // Upper edges of the finder patterns: seven modules in a row, at both ends of the top and at the left of the bottom.
        Assert.Contains("M4 4h7v1", path, StringComparison.Ordinal);
        Assert.Contains($"M{size - 11} 4h7v1", path, StringComparison.Ordinal);
        Assert.Contains($"M4 {size - 11}h7v1", path, StringComparison.Ordinal);
        Assert.DoesNotContain("M3 ", path, StringComparison.Ordinal);
    }

    private IRenderedComponent<MemberGrid> Table(PageUser viewer, params MemberResource[] rows) =>
        Render<MemberGrid>(p => p.Add(table => table.Load, Page(rows)).Add(table => table.Viewer, viewer));

    private static Func<PageRequest, CancellationToken, Task<Page<T>>> Page<T>(params T[] rows) => (_, _) => Task.FromResult(new Page<T>(rows, 1, 50, rows.Length, null));

    private static PageUser Viewer(string id, Role role) => new(id, "Viewer", "viewer@example.com", "org_1", "Acme", Plan.Free, role, ApiMode.Live, false);
}
