namespace Portal.Access;

/// <summary>Names the resource file with the texts of the organization's pages: members, settings, security, audit log.</summary>
public sealed class PeopleTexts;
