# Runs what discovery found. Each block is a scope inside its parent's; a test is a scope inside its block's, which its
# BeforeEach, its body and its AfterEach share. The names are long so that no spec's own variables are hidden by them.
param($______runner, $______block)

foreach ($______current in $______runner.Variables($______block).GetEnumerator()) {
    $ExecutionContext.SessionState.PSVariable.Set($______current.Key, $______current.Value)
}

$______data = $______runner.Splat($______block)
$______runner.EnterBlock($______block)
try {
    foreach ($______current in $______block.BeforeAll) {
        $null = . $______current @______data
    }
    foreach ($______current in $______block.Items) {
        if ($______runner.IsBlock($______current)) {
            if ($______runner.ShouldRun($______current)) {
                & $______runner.Driver $______runner $______current
            }
            continue
        }
        if (-not $______runner.Begin($______current)) {
            continue
        }
        & {
            param($______test)
            foreach ($______current in $______runner.Variables($______test).GetEnumerator()) {
                $ExecutionContext.SessionState.PSVariable.Set($______current.Key, $______current.Value)
            }
            $______data = $______runner.Splat($______test)
            try {
                foreach ($______current in $______runner.BeforeEach($______test)) {
                    $null = . $______current @______data
                }
                if ($______current = $______runner.NameOf($______test)) {
                    $______runner.SetName($______test, (. $______current))
                }
                $null = . $______test.Body @______data
            }
            catch {
                $______runner.Fail($______test, $_)
            }
            foreach ($______current in $______runner.AfterEach($______test)) {
                try {
                    $null = . $______current @______data
                }
                catch {
                    $______runner.Fail($______test, $_)
                }
            }
        } $______current
        $______runner.End($______current)
    }
}
catch {
    $______runner.FailBlock($______block, $_)
}
foreach ($______current in $______block.AfterAll) {
    try {
        $null = . $______current @______data
    }
    catch {
        $______runner.FailTeardown($______block, $_)
    }
}
$______runner.LeaveBlock($______block)
