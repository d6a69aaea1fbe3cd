using Microsoft.EntityFrameworkCore;
using Microsoft.Playwright;
using Portal.Core.Access;
using Portal.Core.Shared.Data;
using Portal.Core.Workflows.Engine;
using Portal.Tests.Access.Browser;
using Portal.Tests.Infrastructure;
using Portal.Tests.Infrastructure.Browser;
using Portal.Tests.Workflows.Api;
using Portal.Tests.Workflows.Engine;

namespace Portal.Tests.Workflows.Browser;

/// <summary>A visitor fills in a form; a member decides on it.</summary>
public sealed class FormJourneyTests(PagesApp app) : IClassFixture<PagesApp>
{
    [Fact]
    public async Task Visitor_fills_in_a_form_and_a_member_approves_it()
    {
        var tenant = await Organization();
        var graph = new GraphText("start:form-input > ask:approval").Config("start", FormTests.Fields).Config("ask", """{"title":"Engine for {{ inputs.email }}","data":"{{ inputs }}"}""");
        var workflow = await WorkflowSite.Publish(type => app.App.Services.GetService(type)!, tenant, graph);
        await using (var visitor = await app.Open())
        {
            await visitor.Page.GotoAsync(workflow.PathOf());
            await PageCheck.AssertGoodAsync(visitor.Page);
            await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Ask" }).ClickAsync();
            await Assertions.Expect(visitor.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("E-mail is required.");
            await PageCheck.AssertGoodAsync(visitor.Page);
            await visitor.Page.GetByLabel("E-mail").FillAsync("ada@example.com");
            await visitor.Page.GetByLabel("Units").FillAsync("2");
            await visitor.Page.GetByLabel("Model").SelectOptionAsync("Analytical");
            await visitor.Page.GetByLabel("When").FillAsync("2026-12-01");
            await visitor.Page.GetByLabel("I agree").CheckAsync();
            await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Ask" }).ClickAsync();
            await Assertions.Expect(visitor.Page.GetByText("We have it.")).ToBeVisibleAsync();
            await PageCheck.AssertGoodAsync(visitor.Page);
            visitor.AssertNoProblems();
        }

        await using var member = await app.SignedIn(PagesApp.Operator);
        await PageCheck.OpenAsync(member.Page, "/tasks");
        await member.Page.GetByRole(AriaRole.Link, new() { Name = "Engine for ada@example.com" }).ClickAsync();
        await member.Page.GetByLabel("Comment").FillAsync("With pleasure.");
        await PageCheck.AssertGoodAsync(member.Page);
        await member.Page.GetByRole(AriaRole.Button, new() { Name = "Approve" }).ClickAsync();
        var run = await WaitFor.Value(async () =>
        {
            await using var db = app.Get<PortalStore>().Read(tenant);
            return await db.WorkflowExecutions.FirstOrDefaultAsync(run => run.WorkflowId == workflow.Id && run.CompletedAt != null);
        }, "the run has ended");
        Assert.Equal(ExecutionStatus.Completed, run.Status);
        Assert.Contains("With pleasure.", run.Output, StringComparison.Ordinal);
        await Assertions.Expect(member.Page.GetByText("Nothing waits for anybody")).ToBeVisibleAsync();
        member.AssertNoProblems();
    }

    private async Task<Tenant> Organization()
    {
        await using var db = app.Get<PortalStore>().ReadAcross();
        return new(await db.Across<Membership>().Where(member => member.User!.Email == PagesApp.Operator).Select(member => member.OrganizationId).FirstAsync(), ApiMode.Live);
    }
}
