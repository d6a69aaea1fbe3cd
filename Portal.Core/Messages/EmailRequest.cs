using System.Net.Mime;
using System.Text.Json;
using Portal.Core.Shared.Problems;

namespace Portal.Core.Messages;

/// <summary>How far a message is. Read and written by name.</summary>
public enum MessageStatus
{
    Sent,

    /// <summary>It waits to be sent; or, where nothing can send it, to be read in the portal's outbox.</summary>
    Queued,
    Failed,
    Delivered,
}

/// <summary>A mail to be sent.</summary>
public sealed record EmailRequest
{
    private const int MostReceivers = 50;
    private const int MostAttachments = 10;
    private const int LargestAttachments = 5 * 1024 * 1024;
    private const int LongestContent = 500_000;

    /// <summary>Who sends it, as <c>sendgrid</c>, where such a provider is connected; else the portal's own mail server does.</summary>
    public string? Provider { get; init; }

    /// <summary>At least one address; 50 at most, with those of <c>cc</c> and <c>bcc</c>.</summary>
    public IReadOnlyList<string>? To { get; init; }
    public IReadOnlyList<string>? Cc { get; init; }
    public IReadOnlyList<string>? Bcc { get; init; }

    /// <summary>The sender's address. Mails that the portal's own server sends come from its address, and answers to them go to this one.</summary>
    public string? From { get; init; }

    /// <summary>At most 300 characters.</summary>
    public string? Subject { get; init; }

    /// <summary>Text, HTML or both.</summary>
    public EmailContent? Content { get; init; }

    /// <summary>A template that the provider keeps, in place of <c>content</c>; the portal's own server knows none.</summary>
    public string? TemplateId { get; init; }

    /// <summary>The template's values, by name.</summary>
    public IReadOnlyDictionary<string, JsonElement>? TemplateData { get; init; }

    /// <summary>At most 10, of 5 MiB together.</summary>
    public IReadOnlyList<EmailAttachment>? Attachments { get; init; }

    internal void Check()
    {
        var faults = new Faults();
        faults.Text("provider", Provider, 50);
        if (To is not { Count: > 0 }) faults.Add("to", "to is required: a list of at least one address.", ErrorCode.MissingField);
        foreach (var (name, list) in new[] { ("to", To), ("cc", Cc), ("bcc", Bcc) }) CheckAddresses(name, list ?? [], faults);
        if ((To?.Count ?? 0) + (Cc?.Count ?? 0) + (Bcc?.Count ?? 0) > MostReceivers) faults.Add("to", $"A mail has at most {MostReceivers} receivers.");
        faults.Email("from", From);
        faults.Required("subject", Subject, 300);
        faults.Text("template_id", TemplateId);
        faults.Text("content.text", Content?.Text, LongestContent);
        faults.Text("content.html", Content?.Html, LongestContent);
        if (TemplateId is null && string.IsNullOrEmpty(Content?.Text) && string.IsNullOrEmpty(Content?.Html)) faults.Add("content", "content is required: text, html or both.", ErrorCode.MissingField);
        CheckAttachments(faults);
        faults.ThrowIfAny();
    }

    private static void CheckAddresses(string name, IReadOnlyList<string> addresses, Faults faults)
    {
        foreach (var (i, address) in addresses.Take(MostReceivers + 1).Index())
        {
            if (address is null) faults.Add($"{name}[{i}]", "Invalid email format", ErrorCode.WrongFormat);
            else faults.Email($"{name}[{i}]", address);
        }
    }

    private void CheckAttachments(Faults faults)
    {
        if (Attachments is null) return;
        if (Attachments.Count > MostAttachments) faults.Add("attachments", $"A mail has at most {MostAttachments} attachments.");
        else foreach (var (i, file) in Attachments.Index()) EmailAttachment.Check(file, $"attachments[{i}]", faults);
        if (Attachments.Sum(file => (file?.Content?.Length ?? 0) / 4L * 3) > LargestAttachments) faults.Add("attachments", $"The attachments are larger than {LargestAttachments / 1024 / 1024} MiB together.");
    }
}

/// <summary>What a mail says.</summary>
public sealed record EmailContent
{
    /// <summary>Plain text.</summary>
    public string? Text { get; init; }

    /// <summary>The same as HTML.</summary>
    public string? Html { get; init; }
}

/// <summary>A file that goes with a mail.</summary>
public sealed record EmailAttachment
{
    private const string AnyType = "application/octet-stream";

    /// <summary>At most 200 characters, without folders.</summary>
    public string? Filename { get; init; }

    /// <summary>Its bytes in base 64.</summary>
    public string? Content { get; init; }

    /// <summary>Its media type; <c>application/octet-stream</c> unless given.</summary>
    public string? ContentType { get; init; }

    internal (string FileName, string ContentType, byte[] Data) File => (Filename!, ContentType ?? AnyType, Convert.FromBase64String(Content!));

    internal static void Check(EmailAttachment? file, string field, Faults faults)
    {
        faults.Required($"{field}.filename", file?.Filename);
        if (file?.Filename is { } name && name.Any(letter => letter is '/' or '\\' || char.IsControl(letter))) faults.Add($"{field}.filename", "A file's name has no folders and no control characters.", ErrorCode.WrongFormat);
        if (file?.Content is not { } content) faults.Add($"{field}.content", $"{field}.content is required.", ErrorCode.MissingField);
        else if (!System.Buffers.Text.Base64.IsValid(content)) faults.Add($"{field}.content", "content is not base 64.", ErrorCode.WrongFormat);
        if (file?.ContentType is { } type && !IsMediaType(type)) faults.Add($"{field}.content_type", "content_type is no media type; one looks like text/csv.", ErrorCode.WrongFormat);
    }

    private static bool IsMediaType(string text)
    {
        try
        {
            return text.Length <= 200 && text.All(char.IsAscii) && new ContentType(text).MediaType.Length > 0;
        }
        catch (FormatException)
        {
            return false;
        }
    }
}

/// <summary>What became of a mail.</summary>
public sealed record EmailResponse
{
    /// <summary><c>mail_…</c>, or what the provider calls it.</summary>
    public required string MessageId { get; init; }
    public required MessageStatus Status { get; init; }
    public required ProviderResponse ProviderResponse { get; init; }
    public required DateTimeOffset Timestamp { get; init; }
}

/// <summary>What a provider said of a message.</summary>
public sealed record ProviderResponse
{
    /// <summary>Who took it: <c>smtp</c>, <c>outbox</c> or a connected provider.</summary>
    public required string Provider { get; init; }

    /// <summary>A sentence for a person.</summary>
    public required string Detail { get; init; }
}
