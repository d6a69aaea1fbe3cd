using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Portal.Core.Access;
using Portal.Core.Gateway;
using Portal.Core.Shared.Http;
using Portal.Core.Shared.Ids;
using Portal.Core.Shared.Json;
using Portal.Core.Shared.Limits;
using Portal.Core.Shared.Problems;
using Portal.Core.Webhooks.Catalogue;
using Portal.Core.Webhooks.Signing;

namespace Portal.Core.Webhooks.Tester;

/// <summary>Sends signed tests as deliveries are sent, and tells what became of them.</summary>
public sealed class TestSender
{
    private const string ContentType = "application/json";
    private const int LongestPayload = 256 * 1024;

    private readonly EventTypeService _types;
    private readonly TesterTargets _targets;
    private readonly InboxAddress _addresses;
    private readonly InboxPost _post;
    private readonly OutboundHttp _http;
    private readonly WindowRegistry _windows;
    private readonly IdGenerator _ids;
    private readonly TimeProvider _time;
    private readonly TesterOptions _options;

    internal TestSender(
        EventTypeService types, TesterTargets targets, InboxAddress addresses, InboxPost post, OutboundHttp http, WindowRegistry windows, IdGenerator ids, TimeProvider time, TesterOptions options) =>
        (_types, _targets, _addresses, _post, _http, _windows, _ids, _time, _options) = (types, targets, addresses, post, http, windows, ids, time, options);

    /// <summary>A secret to sign with.</summary>
    public static string NewSecret() => SigningSecret.New().Text;

    /// <summary>Sends a test.</summary>
    /// <exception cref="ProblemException">It cannot be sent at all: a fault of the input names its field.</exception>
    public async Task<SentTest> Send(Actor actor, TestSend test, CancellationToken cancellation)
    {
        ApiKeyCeiling.Require(actor, "webhooks:write");
        var (url, secrets) = await Destination(actor, test, cancellation);
        var id = _ids.New("evt");
        var now = _time.GetUtcNow();
        var body = await Body(actor, test, id, now, cancellation);
        Admit(actor);
        IReadOnlyList<KeyValuePair<string, string>> headers = [.. WebhookSignature.Headers(id, now, Encoding.UTF8.GetBytes(body), secrets), new("Content-Type", ContentType)];
        // Production refuses loopback and private addresses, which is where the portal may well stand. What goes to an
        // inbox of its own is put there directly, so that no address need be opened for it.
        var own = _addresses.Read(url, test.Root);
        var request = new OutboundRequest { Method = HttpMethod.Post, Url = url, Headers = headers, Body = Encoding.UTF8.GetBytes(body) };
        var result = own is null ? await _http.Send(request, cancellation) : await _post.Send(own, request, cancellation);
        return new(url, headers, body, Of(result.Response), Of(result.Failure), result.Duration, own is not null);
    }

    private async Task<SendDestination> Destination(Actor actor, TestSend test, CancellationToken cancellation)
    {
        var destination = test.TargetId is null ? new SendDestination(test.Url?.Trim() ?? "", []) : await _targets.Find(actor, test.TargetId, test.Root, cancellation);
        if (!OutboundAddress.TryRead(destination.Url, out _, out var reason)) throw Problem.Field(ErrorCode.Validation, "url", reason).AsException();
        if (destination.Secrets.Count > 0) return destination;
        return SigningSecret.TryParse(test.Secret, out var secret, out var wrong)
            ? destination with { Secrets = [secret] }
            : throw Problem.Field(ErrorCode.Validation, "secret", wrong).AsException();
    }

    private async Task<string> Body(Actor actor, TestSend test, string id, DateTimeOffset now, CancellationToken cancellation)
    {
        if (test.Payload.Length > LongestPayload) throw Problem.Field(ErrorCode.Validation, "payload", $"The payload is longer than {LongestPayload} characters.").AsException();
        if (test.EventType is null) return test.Payload;
        var type = await _types.Get(actor.Tenant, test.EventType, cancellation);
        try
        {
            var data = JsonNode.Parse(test.Payload) as JsonObject ?? throw Problem.Field(ErrorCode.WrongFormat, "payload", "The payload is a JSON object.").AsException();
            return JsonSerializer.Serialize(new EventResource { Id = id, Type = type.Type, Created = now.ToUnixTimeSeconds(), Timestamp = now, Data = data }, PortalJson.Options);
        }
        catch (Exception e) when (e is JsonException or ArgumentException or InvalidOperationException)
        {
            throw Problem.Field(ErrorCode.WrongFormat, "payload", "The payload is not JSON that can be sent.").AsException();
        }
    }

    private void Admit(Actor actor)
    {
        LimitWindow[] window = [_windows.Get(LimitRank.Organization, actor.Tenant.OrganizationId, "tester:sends", _options.SendsPerMinute)];
        if (!LimitSet.Acquire(window, _time.GetMilliseconds()).Admitted)
            throw new Problem(ErrorCode.RateLimitExceeded, $"At most {_options.SendsPerMinute} tests a minute are sent; wait a moment.").AsException();
    }

    private static TestResponse? Of(OutboundResponse? response) => response is null
        ? null
        : new((int)response.Status, response.Headers, Encoding.UTF8.GetString(response.Body), response.Body.Length, response.Cut);

    private static TestFailure? Of(OutboundFailure? failure) => failure is null ? null : new(failure.Fault.ToString(), failure.Reason, (int?)failure.Status);
}
