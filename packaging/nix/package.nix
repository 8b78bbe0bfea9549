# The package for nixpkgs, from the source release:
#     nix-build -E 'with import <nixpkgs> {}; callPackage ./packaging/nix/package.nix { src = ./selfconnectd-0.1.0.tar.gz; }'
{
  lib,
  swift,
  swiftpm,
  swiftPackages,
  pkg-config,
  libyaml,
  systemd,
  zlib,
  src,
}:

swiftPackages.stdenv.mkDerivation {
  pname = "selfconnectd";
  version = "0.1.0";
  inherit src;

  nativeBuildInputs = [ swift swiftpm pkg-config ];
  buildInputs = [ libyaml systemd zlib swiftPackages.Foundation ];

  # The release has its dependencies in Vendor: nothing is fetched.
  buildPhase = "swift build -c release --disable-sandbox --product selfconnectd";
  installPhase = ''
    mkdir -p .build/completions
    for shell in bash zsh fish; do
      .build/release/selfconnectd --generate-completion-script $shell > .build/completions/selfconnectd.$shell
    done
    make install PREFIX=$out CONFDIR=$out/etc/selfconnectd UNITDIR=$out/lib/systemd/system
  '';

  meta = {
    description = "Find local TCP ports on which a client can connect to itself";
    license = lib.licenses.asl20;
    platforms = lib.platforms.linux;
    mainProgram = "selfconnectd";
  };
}
