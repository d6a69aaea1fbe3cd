namespace Portal.Api.Gateway;

/// <summary>Patterns of limits over routes: <c>*</c> stands for one segment, and at the end for one or more.</summary>
internal static class PathPattern
{
    public static bool Matches(string pattern, string route)
    {
        var wanted = pattern.Trim('/').Split('/');
        var actual = route.Trim('/').Split('/');
        for (var i = 0; i < wanted.Length; i++)
        {
            if (i >= actual.Length) return false;
            if (wanted[i] == "*")
            {
                if (i == wanted.Length - 1) return true;
                continue;
            }

            if (!string.Equals(wanted[i], actual[i], StringComparison.OrdinalIgnoreCase)) return false;
        }

        return wanted.Length == actual.Length;
    }
}
