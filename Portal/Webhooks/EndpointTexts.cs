namespace Portal.Webhooks;

/// <summary>Texts of the pages of webhook endpoints; EndpointTexts.resx lies beside.</summary>
public sealed class EndpointTexts;
