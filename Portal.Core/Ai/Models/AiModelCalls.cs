using System.Text.Json;
using System.Text.Json.Nodes;
using Portal.Core.Access;
using Portal.Core.Shared.Http;
using Portal.Core.Shared.Json.Schema;
using Portal.Core.Shared.Problems;

namespace Portal.Core.Ai.Models;

/// <summary>Asks an organization's own models, and checks what they answer. A call counts as an AI call once it is answered.</summary>
public sealed class AiModelCalls
{
    private const int LargestAnswer = 1024 * 1024;

    private readonly AiModelService _models;
    private readonly AiModelSecrets _secrets;
    private readonly AiQuota _quota;
    private readonly OutboundHttp _http;

    internal AiModelCalls(AiModelService models, AiModelSecrets secrets, AiQuota quota, OutboundHttp http) => (_models, _secrets, _quota, _http) = (models, secrets, quota, http);

    /// <exception cref="ProblemException">
    /// There is no such model or version, the input does not fit, the plan's AI calls are used up, or the model did not
    /// answer as it must (AI_SERVICE_UNAVAILABLE, AI_PROCESSING_TIMEOUT).
    /// </exception>
    public async Task<CustomModelResponse> Predict(Actor actor, string id, CustomModelRequest request, CancellationToken cancellation)
    {
        var model = await _models.Read(actor.Tenant, id, cancellation);
        Check(model, request);
        var use = await _quota.Begin(actor.Tenant.OrganizationId, 0);
        try
        {
            return Answer(model, await _http.Send(Question(model, request), cancellation));
        }
        catch
        {
            await _quota.Return(use);
            throw;
        }
    }

    private static void Check(AiModel model, CustomModelRequest request)
    {
        var faults = new Faults();
        if (request.ModelId is { } named && named != model.ModelId) faults.Add("model_id", "model_id is another than the path's.");
        if (request.Version is { } version && version != model.Version) faults.Add("version", $"The model is registered in version {model.Version}.");
        if (IsSound(request.Input, "input", required: true) && model.InputSchema is { } schema)
            foreach (var wrong in SchemaValidator.Faults(JsonElement.Parse(schema), request.Input!.Value, "input")) faults.Add(wrong.Field, wrong.Reason);
        IsSound(request.Parameters, "parameters", required: false);
        faults.ThrowIfAny();

        bool IsSound(JsonElement? given, string field, bool required)
        {
            if (given is not { } value || value.ValueKind == JsonValueKind.Null)
            {
                if (required) faults.Add(field, $"{field} is required.", ErrorCode.MissingField);
                return false;
            }

            if (value.ValueKind != JsonValueKind.Object) faults.Add(field, $"{field} is an object.", ErrorCode.WrongFormat);
            else if (JsonText.Fault(value, field) is { } fault) faults.Add(fault.Field, fault.Reason, ErrorCode.WrongFormat);
            else return true;
            return false;
        }
    }

    private OutboundRequest Question(AiModel model, CustomModelRequest request)
    {
        var question = new JsonObject { ["model_id"] = model.ModelId, ["version"] = model.Version, ["input"] = Node(request.Input), ["parameters"] = Node(request.Parameters) ?? new JsonObject() };
        return new OutboundRequest
        {
            Method = HttpMethod.Post,
            Url = model.Url,
            Headers = [.. _secrets.Reveal(model.Headers), KeyValuePair.Create("Content-Type", "application/json"), KeyValuePair.Create("Accept", "application/json")],
            Body = JsonSerializer.SerializeToUtf8Bytes(question),
            Timeout = TimeSpan.FromSeconds(model.TimeoutSeconds),
            LargestBody = LargestAnswer,
        };
    }

    private static JsonNode? Node(JsonElement? value) => value is { ValueKind: JsonValueKind.Object } element ? JsonNode.Parse(element.GetRawText()) : null;

    private static CustomModelResponse Answer(AiModel model, OutboundResult result)
    {
        if (result.Failure is { } failure) throw Failed(model, failure.Reason, failure.Fault == OutboundFault.TimedOut ? ErrorCode.AiProcessingTimeout : null);
        var response = result.Response!;
        if ((int)response.Status is < 200 or > 299) throw Failed(model, $"It answered with status {(int)response.Status}.");
        if (response.Cut) throw Failed(model, $"Its answer is longer than {LargestAnswer / 1024} KiB.");
        var answer = Parse(model, response.Body);
        if (Field(answer, "output") is not JsonObject output) throw Failed(model, "Its answer has no output, or one that is no object.");
        return new CustomModelResponse
        {
            ModelId = model.ModelId,
            Version = Field(answer, "version") is JsonValue version && version.TryGetValue(out string? text) ? text : model.Version,
            Output = output,
            ConfidenceScore = Confidence(model, Field(answer, "confidence_score")),
            ProcessingTimeMs = (long)result.Duration.TotalMilliseconds,
            Metadata = Field(answer, "metadata") is var metadata and (null or JsonObject) ? (JsonObject?)metadata : throw Failed(model, "The metadata of its answer is no object."),
        };
    }

    private static JsonObject Parse(AiModel model, byte[] body)
    {
        try
        {
            var answer = JsonElement.Parse(body);
            if (answer.ValueKind != JsonValueKind.Object) throw Failed(model, "Its answer is no JSON object.");
            if (JsonText.Fault(answer, "answer") is { } fault) throw Failed(model, $"Of its answer, {fault.Field} {fault.Reason}");
            return JsonObject.Create(answer)!;
        }
        catch (JsonException)
        {
            throw Failed(model, "Its answer is no JSON.");
        }
    }

    private static double? Confidence(AiModel model, JsonNode? score) => score switch
    {
        null => null,
        JsonValue value when value.GetValueKind() == JsonValueKind.Number && value.GetValue<double>() is >= 0 and <= 1 and var sure => sure,
        _ => throw Failed(model, "The confidence_score of its answer is no number from 0 to 1."),
    };

    // Taken out, so that it can stand in another answer.
    private static JsonNode? Field(JsonObject answer, string name)
    {
        var value = answer[name];
        answer.Remove(name);
        return value;
    }

    private static ProblemException Failed(AiModel model, string reason, ErrorCode? code = null) => new Problem(code ?? ErrorCode.AiServiceUnavailable, $"The model {model.ModelId} failed. {reason}")
    {
        Details = Problem.Pairs(("provider", "custom"), ("model_id", model.ModelId), ("reason", reason)),
    }.AsException();
}
