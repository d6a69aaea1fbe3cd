namespace Portal.Access;

/// <summary>Names the resource file with the texts of the account page, of second factors and of invitations' links.</summary>
public sealed class AccountTexts;
