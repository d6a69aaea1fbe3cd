using AngleSharp.Dom;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Portal.Shared.Parts;
using Xunit;

namespace Portal.Tests.Shared.Components;

public sealed class StateTests : PartTest
{
    [Fact]
    public void Page_header_has_one_heading_and_its_actions()
    {
        var header = Render<PageHeader>(p => p
            .Add(h => h.Title, "API keys")
            .Add(h => h.Lead, "One key for each program.")
            .Add(h => h.Actions, "<button>Create</button>"));

        Assert.Equal("API keys", header.Find("h1").TextContent);
        Assert.Equal("One key for each program.", header.Find(".page-header__lead").TextContent);
        Assert.Equal("Create", header.Find(".actions button").TextContent);
    }

    [Fact]
    public void Loading_says_so_to_screen_readers_and_hides_its_bars_from_them()
    {
        var loading = Render<LoadingState>(p => p.Add(l => l.Rows, 2));

        Assert.Equal("status", loading.Find(".skeleton").GetAttribute("role"));
        Assert.Equal("Loading", loading.Find(".unseen").TextContent);
        Assert.Equal(2, loading.FindAll("[aria-hidden=true]").Count);
    }

    [Fact]
    public void Empty_state_shows_its_text_and_its_one_action()
    {
        var empty = Render<EmptyState>(p => p
            .Add(e => e.Title, "No keys yet")
            .Add(e => e.Text, "A key opens the API.")
            .Add(e => e.Drawing, "<svg></svg>")
            .Add(e => e.Action, "<a href=\"keys/new\">Create</a>"));

        Assert.Equal("No keys yet", empty.Find("h2").TextContent);
        Assert.Equal("true", empty.Find(".empty-state__drawing").GetAttribute("aria-hidden"));
        Assert.Single(empty.FindAll("a"));
    }

    [Fact]
    public void Error_state_offers_the_trace_id_for_copying_and_tries_again_in_place()
    {
        var retried = 0;
        var error = Render<ErrorState>(p => p
            .Add(e => e.Title, "The keys could not be read")
            .Add(e => e.TraceId, "4bf92f35")
            .Add(e => e.OnRetry, () => retried++));

        error.Find(".error-state > .actions button").Click();

        Assert.Equal("alert", error.Find("section").GetAttribute("role"));
        Assert.Equal("4bf92f35", error.Find("[data-copy]").GetAttribute("data-copy"));
        Assert.Equal(1, retried);
    }

    [Fact]
    public void Error_state_without_a_way_to_retry_loads_the_page_anew()
    {
        var error = Render<ErrorState>(p => p.Add(e => e.Title, "Failed"));

        var link = error.Find(".actions a");
        Assert.Equal(Services.GetRequiredService<NavigationManager>().Uri, link.GetAttribute("href"));
        Assert.Equal("false", link.GetAttribute("data-enhance-nav"));
    }

    [Fact]
    public void Failing_page_becomes_an_error_state_with_a_trace_id_and_recovers()
    {
        var fail = true;
        var boundary = Render<PageErrorBoundary>(p => p.Add(b => b.ChildContent, builder =>
        {
            builder.OpenComponent<FailingPart>(0);
            builder.AddComponentParameter(1, nameof(FailingPart.ShouldFail), (Func<bool>)(() => fail));
            builder.CloseComponent();
        }));

        Assert.Equal(32, boundary.Find("[data-copy]").GetAttribute("data-copy")!.Length);

        fail = false;
        boundary.Find(".error-state > .actions button").Click();

        Assert.Equal("fine", boundary.Find("p").TextContent);
    }

    private sealed class FailingPart : ComponentBase
    {
        [Parameter]
        public Func<bool> ShouldFail { get; set; } = () => false;

        protected override void BuildRenderTree(Microsoft.AspNetCore.Components.Rendering.RenderTreeBuilder builder)
        {
            if (ShouldFail())
                throw new InvalidOperationException("On purpose.");
            builder.AddMarkupContent(0, "<p>fine</p>");
        }
    }
}
