using System.Globalization;

namespace Portal.Bench;

/// <summary>What stands behind the bench's name on the command line: <c>--name value</c> and <c>--name</c>.</summary>
internal sealed class Options
{
    private readonly Dictionary<string, string?> _values = new(StringComparer.Ordinal);

    /// <param name="arguments">As they were typed.</param>
    /// <param name="known">The names that there are.</param>
    /// <exception cref="UsageException">One is none of these.</exception>
    public Options(IReadOnlyList<string> arguments, params string[] known)
    {
        for (var i = 0; i < arguments.Count; i++)
        {
            var name = arguments[i].StartsWith("--", StringComparison.Ordinal) ? arguments[i][2..] : "";
            if (!known.Contains(name)) throw new UsageException($"There is no option {arguments[i]}; there are --{string.Join(", --", known)}.");
            _values[name] = i + 1 < arguments.Count && !arguments[i + 1].StartsWith("--", StringComparison.Ordinal) ? arguments[++i] : null;
        }
    }

    public bool Has(string name) => _values.ContainsKey(name);

    /// <summary>The option's text; null where it is absent.</summary>
    public string? Text(string name) => _values.GetValueOrDefault(name);

    /// <summary>The option's whole number, at least 1.</summary>
    /// <exception cref="UsageException">It is something else.</exception>
    public int Number(string name, int otherwise) =>
        Text(name) is not { } text ? otherwise
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 ? number
        : throw new UsageException($"--{name} is a whole number from 1.");
}

/// <summary>The command line says something that the bench does not know.</summary>
internal sealed class UsageException(string message) : Exception(message);
