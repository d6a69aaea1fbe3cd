namespace Portal.Notifications;

/// <summary>The texts of notifications; NotificationTexts.resx lies beside.</summary>
public sealed class NotificationTexts;
