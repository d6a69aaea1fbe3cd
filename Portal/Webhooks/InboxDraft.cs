using System.Globalization;
using Microsoft.Extensions.Localization;
using Portal.Access;
using Portal.Core.Webhooks.Tester;

namespace Portal.Webhooks;

/// <summary>An inbox's name and answer as somebody writes them.</summary>
public sealed class InboxDraft
{
    internal static readonly string[] Fields = ["name", "status", "content_type", "headers", "body", "delay"];

    public string Name { get; set; } = "";
    public string Status { get; set; } = "";
    public string ContentType { get; set; } = "";
    public string Headers { get; set; } = "";
    public string Body { get; set; } = "";

    /// <summary>In milliseconds.</summary>
    public string Delay { get; set; } = "";
    public InboxFault Fault { get; set; }

    internal static InboxDraft Of(InboxView inbox) => new()
    {
        Name = inbox.Name,
        Status = inbox.Answer.Status.ToString(CultureInfo.InvariantCulture),
        ContentType = inbox.Answer.ContentType,
        Headers = inbox.Answer.Headers,
        Body = inbox.Answer.Body,
        Delay = inbox.Answer.DelayMilliseconds.ToString(CultureInfo.InvariantCulture),
        Fault = inbox.Answer.Fault,
    };

    /// <summary>Reads the numbers; the service checks the rest.</summary>
    internal bool TryRead(out InboxAnswer answer, FormFaults faults, IStringLocalizer<TesterTexts> texts)
    {
        answer = new() { ContentType = ContentType, Headers = Headers, Body = Body, Fault = Fault };
        if (!int.TryParse(Status, NumberStyles.None, CultureInfo.InvariantCulture, out var status)) faults.Add("status", texts["Answer.NoNumber"]);
        if (!int.TryParse(Delay, NumberStyles.None, CultureInfo.InvariantCulture, out var delay)) faults.Add("delay", texts["Answer.NoNumber"]);
        answer = answer with { Status = status, DelayMilliseconds = delay };
        return !faults.Any;
    }
}
