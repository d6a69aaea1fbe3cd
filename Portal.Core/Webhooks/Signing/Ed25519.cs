using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Portal.Core.Webhooks.Signing;

/// <summary>
/// Ed25519 (RFC 8032) by OpenSSL's libcrypto, which .NET itself stands on outside Windows and macOS. The framework has no
/// Ed25519 of its own yet, and none of the packages that have one can be restored from the project's feed.
/// </summary>
internal static class Ed25519
{
    public const int SeedBytes = 32;
    public const int PublicKeyBytes = 32;
    public const int SignatureBytes = 64;

    private const string Library = "libcrypto.so.3";
    private const int KeyType = 1087;

    private static readonly Lazy<bool> Found = new(() => NativeLibrary.TryLoad(Library, out _));

    /// <summary>Whether this machine has OpenSSL 3; without it only v1 signatures are made.</summary>
    public static bool IsSupported => Found.Value;

    public static byte[] PublicKeyOf(byte[] seed)
    {
        using var key = Key.Private(seed);
        var publicKey = new byte[PublicKeyBytes];
        nint length = PublicKeyBytes;
        Check(EVP_PKEY_get_raw_public_key(key, publicKey, ref length) == 1);
        return publicKey;
    }

    public static byte[] Sign(byte[] seed, byte[] content)
    {
        using var key = Key.Private(seed);
        using var context = Context.New();
        Check(EVP_DigestSignInit(context, 0, 0, 0, key) == 1);
        var signature = new byte[SignatureBytes];
        nint length = SignatureBytes;
        Check(EVP_DigestSign(context, signature, ref length, content, content.Length) == 1);
        return signature;
    }

    public static bool Verify(byte[] publicKey, byte[] content, byte[] signature)
    {
        if (publicKey.Length != PublicKeyBytes || signature.Length != SignatureBytes) return false;
        using var key = Key.Public(publicKey);
        using var context = Context.New();
        return EVP_DigestVerifyInit(context, 0, 0, 0, key) == 1
            && EVP_DigestVerify(context, signature, signature.Length, content, content.Length) == 1;
    }

    private static void Check(bool done)
    {
        if (!done) throw new CryptographicException("OpenSSL could not do Ed25519.");
    }

    [DllImport(Library), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern Key EVP_PKEY_new_raw_private_key(int type, nint engine, byte[] key, nint length);

    [DllImport(Library), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern Key EVP_PKEY_new_raw_public_key(int type, nint engine, byte[] key, nint length);

    [DllImport(Library), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int EVP_PKEY_get_raw_public_key(Key key, byte[] publicKey, ref nint length);

    [DllImport(Library), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern void EVP_PKEY_free(nint key);

    [DllImport(Library), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern Context EVP_MD_CTX_new();

    [DllImport(Library), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern void EVP_MD_CTX_free(nint context);

    [DllImport(Library), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int EVP_DigestSignInit(Context context, nint keyContext, nint digest, nint engine, Key key);

    [DllImport(Library), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int EVP_DigestSign(Context context, byte[] signature, ref nint signatureLength, byte[] content, nint contentLength);

    [DllImport(Library), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int EVP_DigestVerifyInit(Context context, nint keyContext, nint digest, nint engine, Key key);

    [DllImport(Library), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int EVP_DigestVerify(Context context, byte[] signature, nint signatureLength, byte[] content, nint contentLength);

    private sealed class Key() : SafeHandle(0, ownsHandle: true)
    {
        public override bool IsInvalid => handle == 0;

        public static Key Private(byte[] seed) => Checked(EVP_PKEY_new_raw_private_key(KeyType, 0, seed, seed.Length));

        public static Key Public(byte[] key) => Checked(EVP_PKEY_new_raw_public_key(KeyType, 0, key, key.Length));

        protected override bool ReleaseHandle()
        {
            EVP_PKEY_free(handle);
            return true;
        }

        private static Key Checked(Key key)
        {
            Check(!key.IsInvalid);
            return key;
        }
    }

    private sealed class Context() : SafeHandle(0, ownsHandle: true)
    {
        public override bool IsInvalid => handle == 0;

        public static Context New()
        {
            var context = EVP_MD_CTX_new();
            Check(!context.IsInvalid);
            return context;
        }

        protected override bool ReleaseHandle()
        {
            EVP_MD_CTX_free(handle);
            return true;
        }
    }
}
