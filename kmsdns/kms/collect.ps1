# Gathers what this computer knows about its KMS activation, and prints it as one JSON object.
#
#     powershell -NoProfile -ExecutionPolicy Bypass -File collect.ps1 > client.json
#     kmsdns diagnose --client client.json
#
# It only reads. It changes no setting, writes no file, activates nothing, and needs no module that Windows lacks.
# On the network it asks this computer's DNS servers for KMS records, connects to each host that is found or configured
# without sending anything, and compares the clock with the domain's. Product keys, whole or in part, and names of users
# are never put out. PowerShell 3.0 to 7; run it elevated, or the NetworkService account's settings can't be read.

Set-StrictMode -Off
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'

$ConnectMilliseconds = 3000
$EventCount = 50
$Problems = New-Object System.Collections.ArrayList

function Add-Problem([string] $Part, $What) {
    $text = ([string] $What) -replace '[0-9A-Za-z]{5}(-[0-9A-Za-z]{5}){4}', '*****' -replace '(\\Users\\)[^\\\s]+', '$1*****'
    if ($text.Length -gt 300) { $text = $text.Substring(0, 300) }
    [void] $Problems.Add([ordered] @{ part = $Part; message = $text })
}

function Test-Command([string] $Name) {
    return [bool] (Get-Command -Name $Name -ErrorAction SilentlyContinue)
}

function Get-Text($Value) {
    if ($null -eq $Value -or [string] $Value -eq '') { return $null }
    return [string] $Value
}

function Get-Number($Value) {
    if ($null -eq $Value) { return $null }
    return [long] $Value
}

function Get-Flag($Value) {
    if ($null -eq $Value) { return $null }
    return [bool] $Value
}

# A counter of 32 bits without a sign, where -1 is meant.
function Get-Count($Value) {
    if ($null -eq $Value) { return $null }
    $number = [long] $Value
    if ($number -gt 2147483647) { $number = $number - 4294967296 }
    return $number
}

function Get-Computer {
    $system = Get-CimInstance -ClassName Win32_ComputerSystem
    $windows = Get-CimInstance -ClassName Win32_OperatingSystem
    $domain = $null
    if ($system.PartOfDomain) { $domain = Get-Text $system.Domain }
    return [ordered] @{
        name            = [string] $system.Name
        domain          = $domain
        domain_joined   = [bool] $system.PartOfDomain
        windows_version = [string] $windows.Version
        is_server       = ($windows.ProductType -ne 1)
    }
}

function Get-LicensingService([string] $Class, [string] $Product) {
    foreach ($service in @(Get-CimInstance -ClassName $Class)) {
        $caching = Get-Flag $service.KeyManagementServiceHostCaching
        $isHost = $service.IsKeyManagementServiceMachine
        $isKmsHost = $null
        if ($null -ne $isHost) { $isKmsHost = ([long] $isHost -gt 0) }
        [ordered] @{
            product        = $Product
            client_id      = Get-Text $service.ClientMachineID
            manual_host    = Get-Text $service.KeyManagementServiceMachine
            manual_port    = Get-Number $service.KeyManagementServicePort
            lookup_domain  = Get-Text $service.KeyManagementServiceLookupDomain
            caching        = $caching
            is_kms_host    = $isKmsHost
            listening_port = Get-Number $service.KeyManagementServiceListeningPort
            publishing     = Get-Flag $service.KeyManagementServiceDnsPublishing
        }
    }
}

# Only products with a key; that one is there is all that is kept of it.
function Get-Products([string] $Class) {
    foreach ($product in @(Get-CimInstance -ClassName $Class -Filter 'PartialProductKey IS NOT NULL')) {
        $reason = $null
        if ($null -ne $product.LicenseStatusReason) { $reason = '0x{0:X8}' -f [long] $product.LicenseStatusReason }
        $isHost = $product.IsKeyManagementServiceMachine
        $isKmsHost = $null
        if ($null -ne $isHost) { $isKmsHost = ([long] $isHost -gt 0) }
        [ordered] @{
            name                = [string] $product.Name
            description         = [string] $product.Description
            sku                 = [string] $product.ID
            app_id              = [string] $product.ApplicationID
            status              = [long] $product.LicenseStatus
            status_reason       = $reason
            minutes_left        = Get-Number $product.GracePeriodRemaining
            activation_type     = Get-Number $product.VLActivationTypeEnabled
            activated_by        = Get-Number $product.VLActivationType
            manual_host         = Get-Text $product.KeyManagementServiceMachine
            manual_port         = Get-Number $product.KeyManagementServicePort
            discovered_host     = Get-Text $product.DiscoveredKeyManagementServiceMachineName
            discovered_port     = Get-Number $product.DiscoveredKeyManagementServiceMachinePort
            discovered_address  = Get-Text $product.DiscoveredKeyManagementServiceMachineIpAddress
            lookup_domain       = Get-Text $product.KeyManagementServiceLookupDomain
            activation_interval = Get-Number $product.VLActivationInterval
            renewal_interval    = Get-Number $product.VLRenewalInterval
            is_kms_host         = $isKmsHost
            current_count       = Get-Count $product.KeyManagementServiceCurrentCount
            total_requests      = Get-Count $product.KeyManagementServiceTotalRequests
            failed_requests     = Get-Count $product.KeyManagementServiceFailedRequests
        }
    }
}

$LicensingValues = @(
    'KeyManagementServiceName', 'KeyManagementServicePort', 'KeyManagementServiceLookupDomain', 'VLActivationType',
    'DisableKeyManagementServiceHostCaching', 'VLActivationInterval', 'VLRenewalInterval',
    'KeyManagementServiceListeningPort', 'DisableDnsPublishing', 'DnsDomainPublishList', 'KeyManagementServiceVersion',
    'DiscoveredKeyManagementServiceName', 'DiscoveredKeyManagementServicePort',
    'DiscoveredKeyManagementServiceIpAddress', 'KeyManagementServiceRegisteredDomainName'
)
$WindowsNT = 'SOFTWARE\Microsoft\Windows NT\CurrentVersion'
$LicensingTrees = @(
    "HKEY_LOCAL_MACHINE\$WindowsNT\SoftwareProtectionPlatform",
    "HKEY_LOCAL_MACHINE\$WindowsNT\SL",
    'HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\OfficeSoftwareProtectionPlatform',
    "HKEY_USERS\S-1-5-20\$WindowsNT\SoftwareProtectionPlatform",
    "HKEY_USERS\S-1-5-20\$WindowsNT\SL"
)
$OtherKeys = [ordered] @{
    'HKEY_LOCAL_MACHINE\SOFTWARE\Policies\Microsoft\Windows NT\DNSClient' = @('AppendToMultiLabelName')
}

function Get-Values([string] $Key, [string[]] $Names) {
    $item = Get-Item -LiteralPath "Registry::$Key" -ErrorAction SilentlyContinue
    if ($null -eq $item) { return }
    $kinds = @{ String = 'REG_SZ'; ExpandString = 'REG_EXPAND_SZ'; DWord = 'REG_DWORD'; QWord = 'REG_QWORD'; MultiString = 'REG_MULTI_SZ' }
    foreach ($name in $Names) {
        if (-not (@($item.GetValueNames()) -contains $name)) { continue }
        $kind = [string] $item.GetValueKind($name)
        if (-not $kinds.ContainsKey($kind)) { continue }
        $value = $item.GetValue($name, $null, 'DoNotExpandEnvironmentNames')
        if ($kind -eq 'MultiString') { $value = @($value | ForEach-Object { [string] $_ }) }
        elseif ($kind -eq 'String' -or $kind -eq 'ExpandString') { $value = [string] $value }
        [ordered] @{ key = $Key; name = $name; type = $kinds[$kind]; value = $value }
    }
}

# The tree itself, the applications in it, and the products of each: the three levels a client looks at.
function Get-Registry {
    foreach ($tree in $LicensingTrees) {
        try {
            if (-not (Test-Path -LiteralPath "Registry::$tree")) { continue }
            Get-Values $tree $LicensingValues
            foreach ($app in @(Get-ChildItem -LiteralPath "Registry::$tree" -ErrorAction SilentlyContinue)) {
                Get-Values $app.Name $LicensingValues
                foreach ($sku in @(Get-ChildItem -LiteralPath "Registry::$($app.Name)" -ErrorAction SilentlyContinue)) {
                    Get-Values $sku.Name $LicensingValues
                }
            }
        }
        catch { Add-Problem 'registry' "$tree : $_" }
    }
    foreach ($key in $OtherKeys.Keys) { Get-Values $key $OtherKeys[$key] }
}

function Get-Dns {
    $parameters = Get-ItemProperty -LiteralPath 'Registry::HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters'
    $adapters = New-Object System.Collections.ArrayList
    $search = @()
    $modern = (Test-Command 'Get-DnsClientGlobalSetting') -and (Test-Command 'Get-DnsClientServerAddress')
    foreach ($adapter in @(Get-CimInstance -ClassName Win32_NetworkAdapterConfiguration -Filter 'IPEnabled = TRUE')) {
        $servers = @($adapter.DNSServerSearchOrder | Where-Object { $_ })
        $suffix = Get-Text $adapter.DNSDomain
        if ($modern) {
            $known = @(Get-DnsClientServerAddress -InterfaceIndex $adapter.InterfaceIndex -ErrorAction SilentlyContinue)
            # Windows lists these three where an adapter has no server of IPv6.
            $servers = @($known | ForEach-Object { $_.ServerAddresses } | Where-Object { $_ -and $_ -notlike 'fec0:0:0:ffff::*' })
            $client = Get-DnsClient -InterfaceIndex $adapter.InterfaceIndex -ErrorAction SilentlyContinue
            if ($client -and $client.ConnectionSpecificSuffix) { $suffix = [string] $client.ConnectionSpecificSuffix }
        }
        $one = [ordered] @{
            name    = [string] $adapter.Description
            suffix  = $suffix
            servers = @($servers | ForEach-Object { [string] $_ })
        }
        [void] $adapters.Add($one)
        if (-not $modern -and $search.Count -eq 0) { $search = @($adapter.DNSDomainSuffixSearchOrder | Where-Object { $_ }) }
    }
    if ($modern) { $search = @((Get-DnsClientGlobalSetting).SuffixSearchList | Where-Object { $_ }) }
    return [ordered] @{
        primary_suffix = Get-Text $parameters.Domain
        search_list    = @($search | ForEach-Object { [string] $_ })
        adapters       = @($adapters)
    }
}

# Each domain once, in the order a client would ask: lookup domain, primary suffix, directory, connections, search list.
function Get-Suffixes($Dns, $Computer, $Services) {
    $names = @()
    foreach ($service in $Services) { $names += $service.lookup_domain }
    if ($Dns) { $names += $Dns.primary_suffix }
    if ($Computer) { $names += $Computer.domain }
    if ($Dns) {
        foreach ($adapter in $Dns.adapters) { $names += $adapter.suffix }
        $names += $Dns.search_list
    }
    $seen = @{}
    foreach ($name in $names) {
        if (-not $name) { continue }
        $folded = ([string] $name).Trim('.').ToLowerInvariant()
        if ($folded -and -not $seen.ContainsKey($folded)) {
            $seen[$folded] = $true
            $folded
        }
    }
}

$Outcomes = @{ 9003 = 'nxdomain'; 9501 = 'nodata'; 9002 = 'servfail'; 9005 = 'refused'; 1460 = 'timeout' }

function Get-Lookup([string] $Name) {
    $records = New-Object System.Collections.ArrayList
    $addresses = New-Object System.Collections.ArrayList
    $outcome = 'nodata'
    try {
        foreach ($record in @(Resolve-DnsName -Name $Name -Type SRV -DnsOnly -ErrorAction Stop)) {
            if ([string] $record.QueryType -eq 'SRV' -and $null -ne $record.NameTarget) {
                $outcome = 'answer'
                $one = [ordered] @{
                    priority = [long] $record.Priority
                    weight   = [long] $record.Weight
                    port     = [long] $record.Port
                    target   = [string] $record.NameTarget
                }
                [void] $records.Add($one)
            }
        }
        foreach ($target in @($records | ForEach-Object { $_.target } | Select-Object -Unique)) {
            foreach ($address in @(Resolve-DnsName -Name $target -DnsOnly -ErrorAction SilentlyContinue)) {
                if ($address.IPAddress) { [void] $addresses.Add([ordered] @{ name = $target; address = [string] $address.IPAddress }) }
            }
        }
    }
    catch {
        $code = 0
        if ($_.Exception.PSObject.Properties['NativeErrorCode']) { $code = [int] $_.Exception.NativeErrorCode }
        $outcome = $Outcomes[$code]
        if (-not $outcome) {
            Add-Problem 'lookups' "$Name : $($_.Exception.Message)"
            return
        }
    }
    return [ordered] @{ name = $Name; outcome = $outcome; records = @($records); addresses = @($addresses) }
}

# The same without the module DnsClient, which comes with Windows 8 and Server 2012. What nslookup says of a name without
# records is in the user's language: that there are none is all that is told then.
function Get-LookupByNslookup([string] $Name) {
    $ErrorActionPreference = 'Continue'
    $records = New-Object System.Collections.ArrayList
    $addresses = New-Object System.Collections.ArrayList
    $seen = @{}
    foreach ($line in @(& nslookup.exe '-type=srv' "$Name." 2>$null)) {
        if ($line -match '^\s*(priority|weight|port)\s*=\s*(\d+)') { $seen[$Matches[1]] = [long] $Matches[2] }
        elseif ($line -match '^\s*svr hostname\s*=\s*(\S+)') {
            $one = [ordered] @{
                priority = Get-Number $seen['priority']
                weight   = Get-Number $seen['weight']
                port     = Get-Number $seen['port']
                target   = $Matches[1]
            }
            if ($null -ne $one.priority -and $null -ne $one.weight -and $null -ne $one.port) { [void] $records.Add($one) }
            $seen = @{}
        }
        elseif ($line -match '^(\S+)\s+(?:internet|AAAA IPv6) address\s*=\s*(\S+)') {
            [void] $addresses.Add([ordered] @{ name = $Matches[1]; address = $Matches[2] })
        }
    }
    if ($records.Count -eq 0) {
        Add-Problem 'lookups' "nslookup found no SRV records at $Name"
        return
    }
    return [ordered] @{ name = $Name; outcome = 'answer'; records = @($records); addresses = @($addresses) }
}

# A connection to each address of a host, closed again at once. Nothing is sent over it.
function Get-Connects([string] $Target, [long] $Port) {
    $found = @()
    try { $found = @([System.Net.Dns]::GetHostAddresses($Target.Trim('[', ']')) | Select-Object -First 4) }
    catch { $found = @() }
    if ($found.Count -eq 0) {
        return [ordered] @{ target = $Target; port = $Port; address = $null; succeeded = $false }
    }
    foreach ($address in $found) {
        $client = New-Object System.Net.Sockets.TcpClient($address.AddressFamily)
        $succeeded = $false
        try {
            $pending = $client.BeginConnect($address, [int] $Port, $null, $null)
            if ($pending.AsyncWaitHandle.WaitOne($ConnectMilliseconds, $false)) {
                $client.EndConnect($pending)
                $succeeded = $true
            }
        }
        catch { $succeeded = $false }
        finally { $client.Close() }
        [ordered] @{ target = $Target; port = $Port; address = [string] $address; succeeded = $succeeded }
    }
}

# The hosts to connect to, as name:port, each once.
function Get-Hosts($Lookups, $Products, $Services) {
    $found = @()
    foreach ($each in @($Products) + @($Services)) {
        if ($each -and $each.manual_host) {
            $port = 1688
            if ($each.manual_port) { $port = $each.manual_port }
            $found += "$($each.manual_host)|$port"
        }
        if ($each -and $each.discovered_host) {
            $port = 1688
            if ($each.discovered_port) { $port = $each.discovered_port }
            $found += "$($each.discovered_host)|$port"
        }
    }
    foreach ($lookup in @($Lookups)) {
        foreach ($record in @($lookup.records)) { if ($record) { $found += "$($record.target)|$($record.port)" } }
    }
    $found | Select-Object -Unique | Select-Object -First 16
}

function Get-Events {
    $logs = @(
        @{ LogName = 'Application'; ProviderName = 'Microsoft-Windows-Security-SPP'; Id = 12288, 12289, 12293, 12294, 8198 },
        @{ LogName = 'Application'; ProviderName = 'Office Software Protection Platform Service'; Id = 12288, 12289 },
        @{ LogName = 'Key Management Service'; Id = 12290 }
    )
    foreach ($log in $logs) {
        # That a log, its provider, or an event in it is missing is an error for Get-WinEvent, and may end the pipeline.
        $entries = @()
        try { $entries = @(Get-WinEvent -FilterHashtable $log -MaxEvents $EventCount -ErrorAction SilentlyContinue) }
        catch { if ($log.ProviderName -like 'Microsoft-*') { Add-Problem 'events' $_ } }
        foreach ($entry in $entries) {
            [ordered] @{
                id   = [long] $entry.Id
                time = $entry.TimeCreated.ToUniversalTime().ToString('yyyy-MM-ddTHH:mm:ssZ')
                data = @($entry.Properties | ForEach-Object { [string] $_.Value })
            }
        }
    }
}

function Get-Clock([string] $Domain) {
    if (-not (Test-Command 'w32tm.exe')) { return $null }
    $ErrorActionPreference = 'Continue'
    $lines = @(& w32tm.exe /stripchart "/computer:$Domain" /dataonly /samples:1 2>$null)
    foreach ($line in $lines) {
        if ($line -match ',\s*([+-]\d+[.,]\d+)s') {
            $offset = [double]::Parse($Matches[1].Replace(',', '.'), [Globalization.CultureInfo]::InvariantCulture)
            return [ordered] @{ server = $Domain; offset_seconds = $offset }
        }
    }
    Add-Problem 'clock' 'w32tm got no answer from the domain'
    return $null
}

$computer = $null
$services = @()
$products = @()
$registry = @()
$dns = $null
$lookups = @()
$connects = @()
$events = @()
$clock = $null

try { $computer = Get-Computer } catch { Add-Problem 'computer' $_ }
foreach ($pair in @(@('SoftwareLicensingService', 'windows'), @('OfficeSoftwareProtectionService', 'office'))) {
    try { $services += @(Get-LicensingService $pair[0] $pair[1]) }
    catch { if ($pair[1] -eq 'windows') { Add-Problem 'services' $_ } }
}
foreach ($class in @('SoftwareLicensingProduct', 'OfficeSoftwareProtectionProduct')) {
    try { $products += @(Get-Products $class) }
    catch { if ($class -eq 'SoftwareLicensingProduct') { Add-Problem 'products' $_ } }
}
try { $registry = @(Get-Registry) } catch { Add-Problem 'registry' $_ }
try { $dns = Get-Dns } catch { Add-Problem 'dns' $_ }
$modern = Test-Command 'Resolve-DnsName'
foreach ($suffix in @(Get-Suffixes $dns $computer $services)) {
    $owner = "_vlmcs._tcp.$suffix"
    try {
        if ($modern) { $lookups += @(Get-Lookup $owner) } else { $lookups += @(Get-LookupByNslookup $owner) }
    }
    catch { Add-Problem 'lookups' $_ }
}
foreach ($endpoint in @(Get-Hosts $lookups $products $services)) {
    $parts = ([string] $endpoint).Split('|')
    try { $connects += @(Get-Connects $parts[0] ([long] $parts[1])) } catch { Add-Problem 'connects' $_ }
}
try { $events = @(Get-Events) } catch { Add-Problem 'events' $_ }
if ($computer -and $computer.domain) {
    try { $clock = Get-Clock $computer.domain } catch { Add-Problem 'clock' $_ }
}

$bundle = [ordered] @{
    kmsdns_bundle = 1
    collected     = [DateTime]::UtcNow.ToString('yyyy-MM-ddTHH:mm:ssZ')
    computer      = $computer
    services      = @($services)
    products      = @($products)
    registry      = @($registry)
    dns           = $dns
    lookups       = @($lookups)
    connects      = @($connects)
    events        = @($events)
    clock         = $clock
    problems      = @($Problems)
}
$json = ConvertTo-Json -InputObject $bundle -Depth 8
# In ASCII alone, so that no code page between here and the file can spoil it.
$json = [regex]::Replace($json, '[^\u0000-\u007F]', { param($match) '\u{0:x4}' -f [int] [char] $match.Value })
$json = $json -replace '[0-9A-Za-z]{5}(-[0-9A-Za-z]{5}){4}', '*****'
Write-Output $json
