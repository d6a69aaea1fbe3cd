namespace Portal.Access;

/// <summary>Marks a page that members may open before they have the second factor that their organization requires.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class OpenWithoutTwoFactorAttribute : Attribute;
