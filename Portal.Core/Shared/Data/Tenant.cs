namespace Portal.Core.Shared.Data;

/// <summary>Which of an organization's two data sets a key or a row belongs to.</summary>
public enum ApiMode
{
    /// <summary>Real data.</summary>
    Live,

    /// <summary>Data to try things out with; never mixed with live data.</summary>
    Test,
}
