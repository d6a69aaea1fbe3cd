namespace Portal.Shared.Parts;

/// <summary>The icons that <see cref="Icon"/> draws.</summary>
public enum IconName
{
    Home,
    Key,
    Copy,
    Check,
    Menu,
    Close,
    Sun,
    Moon,
    Screen,
    SignOut,
    Alert,
    Retry,
    Eye,
    Mail,
    Organization,
    People,
    Person,
    Sliders,
    Book,
    History,
    Chevron,
    Plus,
    Trash,
    Shield,
}
