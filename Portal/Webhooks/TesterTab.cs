using Portal.Shared;

namespace Portal.Webhooks;

/// <summary>A tab of the tester.</summary>
public abstract class TesterTab : LoadedView<TesterTexts>
{
    private protected bool MayWrite => User?.May("webhooks:write") == true;
}
