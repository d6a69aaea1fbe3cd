namespace Portal.Mail;

/// <summary>Names the resource file with the texts of the outbox page.</summary>
public sealed class MailTexts;
