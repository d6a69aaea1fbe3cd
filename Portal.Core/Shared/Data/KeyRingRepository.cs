using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.Repositories;

namespace Portal.Core.Shared.Data;

/// <summary>Keeps the data-protection key ring in the database, where all nodes find it.</summary>
internal sealed class KeyRingRepository(PortalStore store) : IXmlRepository
{
    public IReadOnlyCollection<XElement> GetAllElements()
    {
        using var db = store.ReadAcross();
        return [.. db.DataProtectionKeys.Select(key => key.Xml).AsEnumerable().Select(XElement.Parse)];
    }

    // The framework calls this synchronously, once every few months.
    public void StoreElement(XElement element, string friendlyName) => Task.Run(() => store.WriteAcross((db, _) =>
    {
        db.DataProtectionKeys.Add(new DataProtectionKey { Id = friendlyName, Xml = element.ToString(SaveOptions.DisableFormatting) });
        return Task.FromResult(true);
    }, CancellationToken.None)).GetAwaiter().GetResult();
}
