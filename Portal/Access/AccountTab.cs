using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using Portal.Access.Pages;
using Portal.Core.Access;
using Portal.Shared;
using Portal.Shared.Forms;

namespace Portal.Access;

/// <summary>A tab of the account page: its forms are sent to the server, and what was done stands in the address.</summary>
public abstract class AccountTab : FormPage
{
    /// <summary>Whose account it is, as they are now.</summary>
    private protected PageUser User { get; private set; } = default!;

    /// <summary>The user as services know them.</summary>
    private protected Actor Actor => User.AsActor();

    [Inject]
    private PageContext PageContext { get; set; } = default!;

    [Inject]
    private protected IStringLocalizer<AccountTexts> T { get; set; } = default!;

    /// <summary>What was done last, as a word of the tab.</summary>
    [SupplyParameterFromQuery]
    protected string? Saved { get; set; }

    /// <inheritdoc />
    protected sealed override async Task OnInitializedAsync()
    {
        User = await PageContext.Get();
        await Load();
    }

    /// <summary>Reads what the tab shows.</summary>
    protected abstract Task Load();

    /// <summary>Shows the tab anew, with what was done.</summary>
    private protected void Show(string tab, string saved) => Navigation.NavigateTo("/" + AccountPage.AddressOf(tab, saved));
}
