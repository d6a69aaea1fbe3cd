namespace Portal.Shared;

/// <summary>Addresses that requests name to be sent on to.</summary>
internal static class LocalAddress
{
    /// <summary>The address if it is a path of this portal, else the start page: nobody is sent to another site by a link to this one.</summary>
    internal static string Of(string? address) => address is ['/', ..] && address is not ['/', '/' or '\\', ..] && !address.Any(char.IsControl) ? address : "/";
}
