using System.Text.Json;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Portal.Core.Access;
using Portal.Core.Shared.Cluster;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Json;
using Portal.Core.Workflows.Tasks;
using Portal.Tests.Access.Data;
using Portal.Tests.Gateway.Components;
using Portal.Workflows.Pages;

namespace Portal.Tests.Workflows.Components;

/// <summary>The page of tasks over a database of its own, without an engine: tasks are opened by the test.</summary>
public sealed class TasksPageTests : GatewayPageTest
{
    private NavigationManager Navigation => Services.GetRequiredService<NavigationManager>();

    [Fact]
    public void Without_tasks_the_page_says_what_would_be_here()
    {
        Prepare();
        var page = Render<TasksPage>();
        page.WaitForAssertion(() => Assert.Equal("Nothing waits for anybody", page.Find(".empty-state h2").TextContent));
    }

    [Fact]
    public async Task Open_tasks_are_listed_and_others_by_their_tab()
    {
        Prepare();
        await Asked("apr_1", "Discount");
        await Asked("apr_2", "Old one", state: TaskState.Expired);
        var page = Render<TasksPage>();
        page.WaitForAssertion(() => Assert.Equal("Discount", Assert.Single(page.FindAll(".grid tbody .list__link")).TextContent));
        Navigation.NavigateTo("tasks?status=all");
        page.WaitForAssertion(() => Assert.Equal(2, page.FindAll(".grid tbody tr").Count));
        Assert.Contains(page.FindAll(".badge"), badge => badge.TextContent == "Expired");
    }

    [Fact]
    public async Task Reader_decides_with_a_comment()
    {
        Prepare();
        await Asked("apr_1", "Discount", message: "Two units.", data: """{"percent":20}""");
        Navigation.NavigateTo("tasks?task=apr_1");
        var page = Render<TasksPage>();
        page.WaitForAssertion(() => Assert.Contains("Two units.", page.Find(".task__message").TextContent, StringComparison.Ordinal));
        Assert.Contains("percent", page.Find(".json__tree").TextContent, StringComparison.Ordinal);
        page.Find("#task-comment").Input("So be it.");
        page.FindAll(".actions button").Single(button => button.TextContent == "Approve").Click();
        page.WaitForAssertion(() => Assert.DoesNotContain("task=", Navigation.Uri, StringComparison.Ordinal));
        var task = await Host.Get<TaskService>().Get(Tenant, "apr_1", default);
        Assert.Equal((TaskState.Done, "approved", "So be it.", "usr_ada"), (task.Status, task.Decision, task.Comment, task.DoneBy));
    }

    [Fact]
    public async Task Reader_who_was_not_asked_sees_why_there_is_no_button()
    {
        Prepare();
        await Asked("apr_1", "Discount", users: ["usr_grace"]);
        Navigation.NavigateTo("tasks?task=apr_1");
        var page = Render<TasksPage>();
        page.WaitForAssertion(() => Assert.Contains("Somebody else was asked", page.Find(".drawer .notice, dialog .notice").TextContent, StringComparison.Ordinal));
        Assert.Empty(page.FindAll("#task-comment"));
    }

    [Fact]
    public async Task Decision_that_somebody_else_made_first_is_said_and_shown()
    {
        Prepare();
        await Asked("apr_1", "Discount");
        Navigation.NavigateTo("tasks?task=apr_1");
        var page = Render<TasksPage>();
        page.WaitForAssertion(() => Assert.NotEmpty(page.FindAll("#task-comment")));
        await Host.Get<TaskService>().Reject(Host.Owner, "apr_1", null, default);
        page.FindAll(".actions button").Single(button => button.TextContent == "Approve").Click();
        page.WaitForAssertion(() => Assert.Contains("done before", page.Find("[role=alert]").TextContent, StringComparison.Ordinal));
        page.WaitForAssertion(() => Assert.Contains(page.FindAll(".badge"), badge => badge.TextContent == "Rejected"));
    }

    [Fact]
    public async Task Open_task_that_somebody_else_decides_is_shown_as_it_is_then()
    {
        Prepare();
        await Asked("apr_1", "Discount");
        Navigation.NavigateTo("tasks?task=apr_1");
        var page = Render<TasksPage>();
        page.WaitForAssertion(() => Assert.NotEmpty(page.FindAll("#task-comment")));
        await Host.Get<TaskService>().Reject(Host.Owner, "apr_1", null, default);
        Host.Time.Advance(TimeSpan.FromSeconds(1));
        page.WaitForAssertion(() => Assert.Empty(page.FindAll("#task-comment")));
        Assert.Contains(page.FindAll(".badge"), badge => badge.TextContent == "Rejected");
    }

    [Fact]
    public async Task Comment_on_one_task_is_not_there_for_another()
    {
        Prepare();
        await Asked("apr_1", "Discount");
        await Asked("apr_2", "Refund");
        Navigation.NavigateTo("tasks?task=apr_1");
        var page = Render<TasksPage>();
        page.WaitForAssertion(() => Assert.NotEmpty(page.FindAll("#task-comment")));
        page.Find("#task-comment").Input("Only for the discount.");
        Navigation.NavigateTo("tasks?task=apr_2");
        page.WaitForAssertion(() => Assert.Equal("Refund", page.Find(".drawer h2, dialog h2").TextContent));
        page.FindAll(".actions button").Single(button => button.TextContent == "Approve").Click();
        page.WaitForAssertion(() => Assert.DoesNotContain("task=", Navigation.Uri, StringComparison.Ordinal));
        Assert.Null((await Host.Get<TaskService>().Get(Tenant, "apr_2", default)).Comment);
    }

    [Fact]
    public async Task New_task_appears_without_a_reload()
    {
        Prepare();
        var page = Render<TasksPage>();
        page.WaitForAssertion(() => Assert.NotEmpty(page.FindAll(".empty-state")));
        await Asked("apr_1", "Discount");
        Host.Get<IClusterSignals>().Send(SignalTopics.WorkflowTask, AccessHost.Organization);
        Host.Time.Advance(TimeSpan.FromSeconds(1));
        page.WaitForAssertion(() => Assert.Equal("Discount", Assert.Single(page.FindAll(".grid tbody .list__link")).TextContent));
    }

    [Fact]
    public async Task Page_that_cannot_be_read_says_so_and_offers_to_try_again()
    {
        Prepare();
        await Leave();
        var page = Render<TasksPage>();
        page.WaitForAssertion(() => Assert.NotEmpty(page.FindAll(".error-state button")));
    }

    private void Prepare() => Services.AddSingleton(Host.Get<TaskService>());

    private Task Asked(string id, string title, string? message = null, string data = "null", string[]? users = null, TaskState state = TaskState.Open) => Host.Get<PortalStore>().Write(Tenant, (db, _) =>
    {
        var details = new ApprovalDetails(message, JsonElement.Parse(data), null, users ?? []);
        db.Add(new WorkflowTask
        {
            Id = id, Kind = TaskKind.Approval, State = state, WorkflowId = "wf_1", ExecutionId = "exe_1", NodeId = "ask", Title = title, Details = JsonSerializer.Serialize(details, PortalJson.Options), CreatedAt = AccessHost.Now,
        });
        return Task.FromResult(true);
    }, default);
}
