{
  description = "Test Amazon CloudWatch Logs filter patterns before they are deployed";

  inputs.nixpkgs.url = "nixpkgs/nixos-unstable";

  outputs = { self, nixpkgs }:
    let
      systems = [ "x86_64-linux" "aarch64-linux" "x86_64-darwin" "aarch64-darwin" ];
      each = make: nixpkgs.lib.genAttrs systems (system: make nixpkgs.legacyPackages.${system});
    in
    {
      packages = each (pkgs: {
        default = pkgs.rustPlatform.buildRustPackage {
          pname = "cwfilter";
          version = "0.1.0";
          src = ../..;
          cargoLock.lockFile = ../../Cargo.lock;
          cargoBuildFlags = [ "--package" "cwfilter-cli" ];
          # the tests install emulators from package registries, which a Nix build cannot reach
          doCheck = false;
          nativeBuildInputs = [ pkgs.installShellFiles ];
          postInstall = ''
            installShellCompletion --cmd cwfilter \
              --bash <($out/bin/cwfilter completions bash) \
              --zsh <($out/bin/cwfilter completions zsh) \
              --fish <($out/bin/cwfilter completions fish)
            $out/bin/cwfilter man > cwfilter.1
            installManPage cwfilter.1
          '';
          meta = {
            description = "Test Amazon CloudWatch Logs filter patterns before they are deployed";
            license = with pkgs.lib.licenses; [ mit asl20 ];
            mainProgram = "cwfilter";
          };
        };
      });
    };
}
