namespace Portal.Gateway;

/// <summary>Names the resource file with the texts of the request log and of usage.</summary>
public sealed class GatewayTexts;
