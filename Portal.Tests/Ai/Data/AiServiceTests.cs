using Portal.Core.Access;
using Portal.Core.Ai;
using Portal.Core.Ai.Offline;
using Portal.Core.Billing;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Problems;
using Portal.Tests.Ai.Unit;
using Portal.Tests.Infrastructure.Hosts;

namespace Portal.Tests.Ai.Data;

/// <summary>The one way to a model: what it counts, costs and refuses, without a request around it.</summary>
public sealed class AiServiceTests(SqliteCore core) : IClassFixture<SqliteCore>
{
    private static readonly AiCompletionRequest Summarize = new() { Model = "gpt-4", Prompt = "Summarize: The pump leaks." };

    private static CancellationToken None => CancellationToken.None;

    [Fact]
    public async Task Answer_has_every_field_and_is_counted()
    {
        var actor = await NewOrganization(Plan.Free);
        var answer = await core.Get<AiService>().Complete(actor, Summarize, None);
        Assert.StartsWith("cmp_", answer.Id, StringComparison.Ordinal);
        Assert.Equal(("chat.completion", core.Time.GetUtcNow().ToUnixTimeSeconds(), "portal-offline"), (answer.Object, answer.Created, answer.Model));
        var choice = Assert.Single(answer.Choices);
        Assert.Equal((0, "assistant", "The pump leaks.", null, "stop"), (choice.Index, choice.Message.Role, choice.Message.Content, choice.Message.FunctionCall, choice.FinishReason));
        Assert.Equal((7, 4, 11, 0m), (answer.Usage.PromptTokens, answer.Usage.CompletionTokens, answer.Usage.TotalTokens, answer.CostEstimate));
        Assert.Equal((1, 11), await Used(actor));
    }

    [Fact]
    public async Task Cost_is_estimated_by_the_operators_prices_and_time_is_measured()
    {
        var actor = await NewOrganization(Plan.Free);
        var provider = new Scripted(() =>
        {
            core.Time.Advance(TimeSpan.FromMilliseconds(1250));
            return new AiAnswer("gpt-test", "Yes.", null, "stop", new TokenUsage { PromptTokens = 1500, CompletionTokens = 250 });
        });
        var answer = await Service(provider).Complete(actor, Summarize, None);
        Assert.Equal((0.0275m, 1250, "scripted", "gpt-test"), (answer.CostEstimate, answer.Metadata.ProcessingTimeMs, answer.Metadata.Provider, answer.Model));
        Assert.Equal((1, 1750), await Used(actor));
        Assert.Equal("portal-offline", (await Service(provider).Complete(actor, Summarize with { Model = "portal-offline" }, None)).Model);
    }

    [Fact]
    public async Task What_fails_or_is_given_up_counts_nothing()
    {
        var actor = await NewOrganization(Plan.Free);
        var failing = Service(new Scripted(() => throw new Problem(ErrorCode.AiProcessingTimeout, "Too late.").AsException()));
        await Assert.ThrowsAsync<ProblemException>(() => failing.Complete(actor, Summarize, None));
        var gone = Service(new Scripted(() => throw new OperationCanceledException()));
        await Assert.ThrowsAsync<OperationCanceledException>(() => gone.Complete(actor, Summarize, None));
        await Assert.ThrowsAsync<ProblemException>(() => core.Get<AiService>().Complete(actor, Summarize with { Prompt = " " }, None));
        Assert.Equal((0, 0), await Used(actor));
    }

    [Fact]
    public async Task Calls_beyond_the_quota_are_refused_and_cost_nothing()
    {
        var actor = await NewOrganization(Plan.Free);
        await core.Get<OrganizationUsage>().Count(actor.Tenant.OrganizationId, UsageKind.AiCalls, 49);
        await core.Get<AiService>().Complete(actor, Summarize, None);
        var problem = await Refusal(actor, Summarize);
        Assert.Equal((ErrorCode.AiQuotaExceeded, "ai_api_calls", 50L), (problem.Code, problem.Details["limit"], problem.Details["used"]));
        Assert.Equal((50, 11), await Used(actor));
    }

    [Fact]
    public async Task Prompt_that_the_tokens_left_do_not_suffice_for_is_refused_and_takes_no_call()
    {
        var actor = await NewOrganization(Plan.Free);
        await core.Get<OrganizationUsage>().Count(actor.Tenant.OrganizationId, UsageKind.AiTokens, 99_990);
        var problem = await Refusal(actor, Summarize with { Prompt = "Summarize: " + new string('a', 100) });
        Assert.Equal((ErrorCode.AiQuotaExceeded, "ai_tokens"), (problem.Code, problem.Details["limit"]));
        Assert.Contains("10 are left; this needs 28 at least", problem.Message, StringComparison.Ordinal);
        Assert.Equal((0, 99_990), await Used(actor));
        // One that fits may go beyond by its answer; then all is used up.
        await core.Get<AiService>().Complete(actor, Summarize, None);
        Assert.Contains("are used up", (await Refusal(actor, Summarize)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Live_and_test_share_the_quota_and_organizations_do_not()
    {
        var (actor, other) = (await NewOrganization(Plan.Free), await NewOrganization(Plan.Free));
        await core.Get<AiService>().Complete(actor, Summarize, None);
        await core.Get<AiService>().Complete(Actor.System(actor.Tenant with { Mode = ApiMode.Test }), Summarize, None);
        Assert.Equal((2, 22), await Used(actor));
        Assert.Equal((0, 0), await Used(other));
    }

    [Fact]
    public async Task Image_is_looked_at_and_one_that_cannot_be_is_not_counted()
    {
        var actor = await NewOrganization(Plan.Free);
        var answer = await core.Get<AiService>().Look(actor, new AiImageRequest { Image = ImageFactsTests.Png(64, 32) }, None);
        Assert.Equal((64, 32), ((int)answer.Metadata.Details!["width"]!, (int)answer.Metadata.Details["height"]!));
        var (calls, tokens) = await Used(actor);
        Assert.Equal(1, calls);
        Assert.Equal(ErrorCode.AiServiceUnavailable, (await RefusedImage(actor, new AiImageRequest { Image = ImageFactsTests.Png(64, 32), Prompt = "What is it?" })).Code);
        Assert.Equal("image", (await RefusedImage(actor, new AiImageRequest { Image = "%PDF-1.7"u8.ToArray() })).Details["field"]);
        Assert.Equal("image", (await RefusedImage(actor, new AiImageRequest { Image = new byte[11 * 1024 * 1024] })).Details["field"]);
        Assert.Equal((calls, tokens), await Used(actor));
    }

    private AiService Service(IAiProvider provider) => core.Make<AiService>(new AiProviders(core.Get<OfflineProvider>(), provider));

    private async Task<(long Calls, long Tokens)> Used(Actor actor)
    {
        var usage = core.Get<OrganizationUsage>();
        return (await usage.Used(actor.Tenant.OrganizationId, UsageKind.AiCalls), await usage.Used(actor.Tenant.OrganizationId, UsageKind.AiTokens));
    }

    private async Task<Problem> Refusal(Actor actor, AiCompletionRequest request) =>
        (await Assert.ThrowsAsync<ProblemException>(() => core.Get<AiService>().Complete(actor, request, None))).Problem;

    private async Task<Problem> RefusedImage(Actor actor, AiImageRequest request) =>
        (await Assert.ThrowsAsync<ProblemException>(() => core.Get<AiService>().Look(actor, request, None))).Problem;

    private async Task<Actor> NewOrganization(Plan plan)
    {
        var tenant = core.NewTenant();
        await core.Get<PortalStore>().WriteAcross((db, _) =>
        {
            db.Add(new Organization { Id = tenant.OrganizationId, Name = "Test", Plan = plan });
            return Task.FromResult(true);
        }, None);
        return Actor.System(tenant);
    }

    /// <summary>A provider that does what a test says.</summary>
    private sealed class Scripted(Func<AiAnswer> answer) : IAiProvider
    {
        public string Name => "scripted";
        public string Model => "gpt-test";
        public string Description => "";
        public AiPrices Prices => new(0.01m, 0.05m);

        public Task<AiAnswer> Complete(AiPrompt prompt, CancellationToken cancellation) => Task.FromResult(answer());

        public Task<AiAnswer> Look(AiImagePrompt prompt, CancellationToken cancellation) => Task.FromResult(answer());
    }
}
