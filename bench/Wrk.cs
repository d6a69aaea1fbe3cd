using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Portal.Bench;

/// <summary>What a run of wrk measured.</summary>
/// <param name="Rate">Answers a second.</param>
/// <param name="P50">Median latency in milliseconds.</param>
/// <param name="P99">In milliseconds.</param>
/// <param name="Requests">Answers in all.</param>
/// <param name="Failures">Answers other than 2xx and 3xx, and socket errors.</param>
internal sealed record Load(double Rate, double P50, double P99, long Requests, long Failures);

/// <summary>Runs the load generator wrk (Debian's package) against an address on this machine.</summary>
internal static partial class Wrk
{
    public const int Connections = 64;

    /// <summary>Installs wrk where it is missing.</summary>
    public static void Ensure()
    {
        if (File.Exists("/usr/bin/wrk")) return;
        Console.WriteLine("Installing wrk …");
        Shell.Run("apt-get", ["update"]);
        Shell.Run("apt-get", ["install", "-y", "wrk"]);
    }

    /// <summary>One run.</summary>
    /// <param name="script">Lua that sets method and body; null for GET.</param>
    public static Load Run(string url, TimeSpan duration, string? apiKey, string? script = null, int connections = Connections)
    {
        List<string> arguments = ["-t1", $"-c{connections}", "--timeout", "30s", $"-d{duration.TotalSeconds:0}", "--latency"];
        if (apiKey is not null) arguments.AddRange(["-H", $"X-API-Key: {apiKey}"]);
        if (script is not null) arguments.AddRange(["-s", script]);
        arguments.Add(url);
        return Parse(Shell.Run("wrk", arguments));
    }

    private static Load Parse(string output) => new(
        double.Parse(Match(Rate(), output), CultureInfo.InvariantCulture),
        Milliseconds(Match(Median(), output)),
        Milliseconds(Match(Percentile99(), output)),
        long.Parse(Match(Total(), output), CultureInfo.InvariantCulture),
        Number(Failed(), output) + Number(SocketErrors(), output));

    private static string Match(Regex pattern, string output) =>
        pattern.Match(output) is { Success: true } match ? match.Groups["value"].Value : throw new InvalidOperationException($"wrk said something else:\n{output}");

    private static long Number(Regex pattern, string output) =>
        pattern.Matches(output).Sum(match => match.Groups["value"].Captures.Sum(capture => long.Parse(capture.Value, CultureInfo.InvariantCulture)));

    private static double Milliseconds(string text)
    {
        var unit = text.EndsWith("us", StringComparison.Ordinal) ? 0.001 : text.EndsWith("ms", StringComparison.Ordinal) ? 1 : 1000;
        return double.Parse(text.TrimEnd('u', 'm', 's'), CultureInfo.InvariantCulture) * unit;
    }

    [GeneratedRegex(@"Requests/sec:\s+(?<value>[\d.]+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Rate();

    [GeneratedRegex(@"50%\s+(?<value>[\d.]+\w+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Median();

    [GeneratedRegex(@"99%\s+(?<value>[\d.]+\w+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Percentile99();

    [GeneratedRegex(@"(?<value>\d+) requests in", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Total();

    [GeneratedRegex(@"Non-2xx or 3xx responses: (?<value>\d+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Failed();

    [GeneratedRegex(@"Socket errors: connect (?<value>\d+), read (?<value>\d+), write (?<value>\d+), timeout (?<value>\d+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex SocketErrors();
}

/// <summary>Runs programs to their end.</summary>
internal static class Shell
{
    /// <returns>What it printed.</returns>
    /// <exception cref="InvalidOperationException">It did not end with 0.</exception>
    public static string Run(string program, IEnumerable<string> arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, UseShellExecute = false })!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"{program} ended with {process.ExitCode}:\n{output}");
    }
}
