using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Portal.Tests.Infrastructure.Hosts;

/// <summary>One logged line, with every value that it carries.</summary>
public sealed record LogLine(string Category, LogLevel Level, string Message, string Values, Exception? Exception)
{
    /// <summary>Everything that a log sink could write of this line.</summary>
    public override string ToString() => $"{Level} {Category}: {Message} {Values} {Exception}".TrimEnd();
}

/// <summary>Keeps all that an application logs, scopes included, so that tests can look for what must (not) be there.</summary>
public sealed class LogCapture : ILoggerProvider, ISupportExternalScope
{
    private readonly ConcurrentQueue<LogLine> _lines = new();
    private IExternalScopeProvider _scopes = new LoggerExternalScopeProvider();

    /// <summary>All lines so far, oldest first.</summary>
    public IReadOnlyList<LogLine> Lines => [.. _lines];

    /// <summary>Fails when <paramref name="secret"/> stands anywhere in a line: message, values, scopes, exception.</summary>
    public void AssertNever(string secret)
    {
        ArgumentException.ThrowIfNullOrEmpty(secret);
        var leaks = _lines.Select(line => line.ToString())
            .Where(line => line.Contains(secret, StringComparison.OrdinalIgnoreCase))
            .Select(line => line.Replace(secret, "•••", StringComparison.OrdinalIgnoreCase))
            .ToList();
        Assert.True(leaks.Count == 0, $"The logs tell a secret:\n{string.Join('\n', leaks)}");
    }

    /// <summary>Fails when a line is an error or worse.</summary>
    public void AssertNoErrors()
    {
        var errors = _lines.Where(line => line.Level >= LogLevel.Error).ToList();
        Assert.True(errors.Count == 0, $"The application logged errors:\n{string.Join('\n', errors)}");
    }

    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    /// <inheritdoc/>
    public void SetScopeProvider(IExternalScopeProvider scopeProvider) => _scopes = scopeProvider;

    /// <inheritdoc/>
    public void Dispose() => GC.SuppressFinalize(this);

    private static string Describe(object? state) => state is IEnumerable<KeyValuePair<string, object?>> pairs
        ? string.Join(' ', pairs.Where(pair => pair.Key != "{OriginalFormat}").Select(pair => $"{pair.Key}={pair.Value}"))
        : $"{state}";

    private sealed class Logger(LogCapture capture, string category) : ILogger
    {
        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public IDisposable BeginScope<TState>(TState state)
            where TState : notnull => capture._scopes.Push(state);

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter)
        {
            var values = new List<string> { Describe(state) };
            capture._scopes.ForEachScope((scope, into) => into.Add(Describe(scope)), values);
            capture._lines.Enqueue(new LogLine(
                category, logLevel, formatter(state, exception), string.Join(' ', values), exception));
        }
    }
}
