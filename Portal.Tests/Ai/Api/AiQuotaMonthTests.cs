using System.Net;
using System.Net.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using Portal.Core.Access;
using Portal.Core.Billing;
using Portal.Tests.Gateway.Api;

namespace Portal.Tests.Ai.Api;

/// <summary>A month's quota at the door: the wait that a refusal names is true.</summary>
public sealed class AiQuotaMonthTests : IAsyncLifetime
{
    private readonly GatewayHost _host = new();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Refusal_says_in_its_headers_how_long_to_wait_and_the_next_month_is_open()
    {
        var organization = await _host.Organization(Plan.Free);
        using var client = _host.App.Client((await _host.Key(organization)).Secret);
        await _host.App.Services.GetRequiredService<OrganizationUsage>().Count(organization, UsageKind.AiCalls, 50);
        using var refused = await Ask(client);
        var details = await refused.Refused(HttpStatusCode.TooManyRequests, "AI_QUOTA_EXCEEDED", "AI_002");
        var wait = new DateTimeOffset(2024, 2, 1, 0, 0, 0, TimeSpan.Zero) - _host.Time.GetUtcNow();
        Assert.Equal((long)wait.TotalSeconds, details.GetProperty("retry_after").GetInt64());
        Assert.Equal(((long)wait.TotalSeconds).ToString(System.Globalization.CultureInfo.InvariantCulture), refused.Header("Retry-After"));
        Assert.Equal(refused.Header("Retry-After"), refused.Header("X-RateLimit-Retry-After"));
        _host.Time.Advance(wait);
        using var answered = await Ask(client);
        Assert.Equal(HttpStatusCode.OK, answered.StatusCode);
    }

    private static Task<HttpResponseMessage> Ask(HttpClient client) => client.PostAsJsonAsync("/api/v1/ai/complete", new { model = "gpt-4", prompt = "Summarize: The pump leaks." });
}
