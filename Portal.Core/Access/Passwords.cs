using Microsoft.AspNetCore.Identity;
using Portal.Core.Shared.Problems;

namespace Portal.Core.Access;

/// <summary>
/// Makes and checks password hashes. It takes tens of milliseconds by design, so it is done before a unit of work and
/// never in one.
/// </summary>
public sealed class Passwords(IPasswordHasher<User> hasher)
{
    /// <summary>Least length in characters. Length is the only rule: see NIST SP 800-63B, section 3.1.1.2.</summary>
    public const int Shortest = 8;

    /// <summary>Greatest length in characters.</summary>
    public const int Longest = 256;

    private static readonly User Nobody = new() { Id = "usr_nobody" };
    private readonly Lazy<string> _nobodysHash = new(() => hasher.HashPassword(Nobody, "nobody's password"));

    /// <summary>Adds what is wrong with a new password.</summary>
    public static void Check(Faults faults, string field, string? password)
    {
        if (string.IsNullOrEmpty(password)) faults.Add(field, $"{field} is required.", ErrorCode.MissingField);
        else if (password.Length < Shortest) faults.Add(field, $"{field} must have at least {Shortest} characters.");
        else faults.Text(field, password, Longest);
    }

    /// <summary>Asks for the password once more, before something that a stolen browser must not do.</summary>
    /// <exception cref="ProblemException">It is missing or wrong.</exception>
    public void Require(User user, string field, string? password)
    {
        var faults = new Faults();
        faults.Required(field, password, Longest);
        faults.ThrowIfAny();
        if (Verify(user, password!) == PasswordVerificationResult.Failed)
            throw Problem.Field(ErrorCode.Validation, field, "This is not your present password.").AsException();
    }

    /// <summary>The hash to store for a user's password.</summary>
    public string Hash(User user, string password) => hasher.HashPassword(user, password);

    /// <summary>Whether the password is the user's. Takes as long for a user who does not exist, so that time tells nobody who does.</summary>
    /// <param name="user">Null where there is none.</param>
    /// <param name="password">As typed; what is longer than <see cref="Longest"/> is nobody's.</param>
    public PasswordVerificationResult Verify(User? user, string password)
    {
        if (password.Length > Longest) return PasswordVerificationResult.Failed;
        if (user?.PasswordHash is { } hash) return hasher.VerifyHashedPassword(user, hash, password);
        hasher.VerifyHashedPassword(Nobody, _nobodysHash.Value, password);
        return PasswordVerificationResult.Failed;
    }
}
