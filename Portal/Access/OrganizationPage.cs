using Portal.Shared;

namespace Portal.Access;

/// <summary>An interactive page about the open organization, which shows after each deed what has become of it.</summary>
public abstract class OrganizationPage : LoadedView<PeopleTexts>
{
    private protected override Task AfterDeedAsync() => LoadAsync();
}
