"""IANA's registry of service names, 7208 of them. Written by docs/data.py from a copy of IANA's file.

The copy is service-names-port-numbers.csv, whose latest entry is of 2026-02-13; its SHA-256 is
361899a76482379959543892e489689a45f676feba5988f7d4d369517da5bbad. Names that could stand in no SRV record
(RFC 6335 5.1) are left out. The file is as long as the registry.
"""

from __future__ import annotations

NAMES = """
 1ci-smcs:3091 1password: 2ping:15998 3com-amp3:629 3com-net-mgmt:2391 3com-njack-1:5264 3com-njack-2:5265 3com-nsd:1742
 3com-tsmux:106 3com-webview:2339 3comfaxrpc:3446 3comnetman:1181 3d-nfsd:2323 3ds-lm:1538 3exmp:5221 3gpp-cbsp:48049
 3gpp-monp:8809 3gpp-w1ap:37472 3l-l1:1511 3link:15363 3m-image-lm:1550 3par-evts:5781 3par-mgmt-ssl:5783 3par-mgmt:5782
 3par-rcopy:5785 4-tieropmcli:2934 4-tieropmgw:2933 4talk:3284 5afe-dir:23294 5afe-disc:23294 6a44:1027 7ksonar:
 802-11-iapp:3517 914c-g:211 9pfs:564 a-d-sync: a-trust-rpc:13832 a1-bs:5603 a1-msc:5602 a13-an:3125 a14:3597 a15:3598
 a16-an-an:4598 a17-an-an:4599 a21-an-1xbs:4597 a25-fap-fgw:4502 a26-fap-fgw:4726 a27-ran-ran:28119 a3-sdunode:5604
 a4-sdunode:5605 aairnet-1:3618 aairnet-2:3619 aal-lm:1469 aamp:3939 aap:2878 aas:1601 abacus-remote:2894 abarsd:8402
 abatemgr:3655 abatjss:3656 abb-escp:6316 abb-hw:10020 abbaccuray:1546 abbs:4885 abcsoftware:3996 abcvoice-port:3781
 abi-instrument: about:2019 abr-api:1954 abr-secure:1955 ac-cluster:18463 ac-tech:2796 acap:674 acas:62 acc-raid:2800
 accel:4108 accelenet-data:1182 accelenet:1182 accessbuilder:888 accessdata-f2d: accessdata-f2w: accessnetwork:699
 accessone: accord-mgc:1205 accountedge: acctopus-cc:6868 acctopus-st:6868 accu-lmgr:7781 accuracer-dbms:12008
 accuracer:12007 acd-pm:8793 ace-client:2334 ace-proxy:2335 ace-server:2475 ace-svr-prop:2476 aci:187 acis:9953
 acl-manager:4013 acmaint-dbd:774 acmaint-transd:775 acme:9216 acmsoda:6969 acnet:6801 acp-conduit:3823
 acp-discovery:3822 acp-policy:3824 acp-port:2071 acp-proto:4046 acp:599 acplt:7509 acptsys:2149 acr-nema:104
 acrobatsrv: acronis-backup:44445 acs-ctl-ds: acs-ctl-gw: acsp-server: acter:4671 actifio-c2c:5103 actifioreplic:5107
 actifioudsagent:5106 actionitems: active-net: activememory:2859 activeraid-ssl: activeraid: activesync:1034 actnet:5411
 ada-cip:2085 adamhall: adap:6350 adapt-sna:1365 adaptecmgr:2521 adaptive-rn: adcp:7508 addressbook: addressbooksrv:
 adi-gxp-srvprt:6769 adisk: admind: admins-lms:2692 adnodes: adobe-shadow: adobe-vc: adobeserver-1:1102
 adobeserver-2:1103 adobeserver-3:3703 adobeserver-4:3704 adobeserver-5:3705 adpro-setup: adrep:3954 ads-c:5913
 ads-s:8016 ads:2550 adtech-test:3357 adtempusclient:3760 advant-lm:2295 adws:9389 aecoretech: aed-512:149 aegate:4549
 aequus-alt:23457 aequus:23456 aero:8060 aeroflex: aeroflight-ads:1218 aeroflight-ret:1219 aerohive-proxy:
 aes-discovery:3224 aes-x170:7107 aesop:8202 af:1411 afesc-mc:6628 affiliate:6579 affinity-cntent: affinity-docs0:
 affinity-docs1: affinity-docs2: afore-vdp-disc:4362 afpovertcp:548 afrog:1042 afs3-bos:7007 afs3-callback:7001
 afs3-errors:7006 afs3-fileserver:7000 afs3-kaserver:7004 afs3-prserver:7002 afs3-rmtsys:7009 afs3-update:7008
 afs3-vlserver:7003 afs3-volser:7005 afs:1483 aftmux:3917 ag-swim:5904 agcat:3915 agentsease-db:3997 agentview:2331
 agentx:705 agma:5909 agpolicy:38203 agps-port:3425 agri-gateway:3026 agriserver:3021 agslb:4149 ah-esp-encap:2070
 ahsp:4333 aiagent:7738 aibkup:4071 aic-np:2785 aic-oncrpc:2786 aicc-cmi:3316 aigairserver:21221 ailith:17555
 aimpp-hello:2846 aimpp-port-req:2847 aipn-auth:3833 aipn-reg:4113 airdrop: airmate: aironetddp:2887 airplay: airport:
 airpreview: airprojector: airs:1481 airsharing: airsharingpro: airshot:3975 airsync:2175 ais-met:5912 aises:2783
 aja-ntv4-disc:4804 aker-cdp:2473 alaris-disc:3613 alarm-clock-c:2668 alarm-clock-s:2667 alarm:2740 alazartech-atn:
 alchemy:3234 alesquery:5074 alfin:16003 alias:1187 alljoyn-mcm:9955 alljoyn-stm:9955 alljoyn:9956 allpeers:36001
 allstorcns:2901 almobile-system:9209 aloe-gwp: aloe-pp: alpacadiscovery: alpes:463 alpha-sms:1849 alphatech-lm:1653
 alta-ana-lm:1346 altalink:1845 altav-remmgt:2456 altav-tunnel:3265 altbsdp:7799 altcp:4165 altova-lm-disc:35355
 altova-lm:35355 altovacentral:4689 altserviceboot:4011 amahi-anywhere:4563 amanda:10080 amazon-expiscor: amba-cam:
 amberon:8301 ambit-lm:6831 amc:5506 amcs:8766 amdsched:1931 ami-control:2640 amicon-fpsu-ra:30003 amicon-fpsu-s:30004
 amiganetfs:2100 aminet:2639 amiphd-p2p: amp:3811 ampify:8040 ampl-lic:5195 ampl-tableproxy:5196 ampr-info:1535
 ampr-inter:1536 ampr-rcmd:459 amqp:5672 amqps:5671 ams-htm: ams:1037 amt-blc-port:2848 amt-cnf-prot:3054
 amt-esd-prot:1082 amt-redir-tcp:16994 amt-redir-tls:16995 amt-soap-http:16992 amt-soap-https:16993 amt:2268
 amx-axbnet:1320 amx-icsp:1319 amx-rms:3839 amx-webadmin:2929 amx-weblinx:2930 an-pcp:3846 an-signaling:4936 and-lm:2646
 anet-b:3338 anet-h:3341 anet-l:3339 anet-m:3340 anet:212 animobserver: animolmd: anoto-rendezv:3715 anquetsync:
 ans-console:3440 ansanotify:116 ansatrader:124 ansoft-lm-1:1083 ansoft-lm-2:1084 answersoft-lm:1781 ansys-lm:1800
 ansysli:2325 ansyslmd:1055 anthony-data:1206 antidotemgrsvr:2247 antrmai: anyremote: aoc-acars:5913 aocp:2712 aodv:654
 aol-1:5191 aol-2:5192 aol-3:5193 aol:5190 ap:47806 apani1:9160 apani2:9161 apani3:9162 apani4:9163 apani5:9164
 apc-2160:2160 apc-2161:2161 apc-2260:2260 apc-3052:3052 apc-3506:3506 apc-5454:5454 apc-5455:5455 apc-5456:5456
 apc-6547:6547 apc-6548:6548 apc-6549:6549 apc-7845:7845 apc-7846:7846 apc-9950:9950 apc-9951:9951 apc-9952:9952
 apc-necmp:18888 apcupsd:3551 apdap:3948 apertus-ldp:539 apex-edge:913 apex-mesh:912 aplx:1134 apm-link:32483 apocd:3809
 apogeex-port:3184 apollo-admin:8122 apollo-cc:2754 apollo-data:8121 apollo-gms:2759 apollo-relay:10252
 apollo-status:2758 apparenet-as:3238 apparenet-tps:3237 apparenet-ts:3236 apparenet-ui:3239 appelezvous:
 appiq-mgmt:4674 apple-ausend: apple-licman:1381 apple-midi: apple-mobdev: apple-sasl:3659 apple-vpns-rp:4112
 appleqtc:458 appleqtcsrvr:545 applerdbg: appletv-itunes: appletv-pair: appletv: appleugcontrol:2336 appliance-cfg:2898
 applix:999 applus:2037 applusservice:4087 appman-server:3312 appserv-http:4848 appserv-https:4849 appss-lm:3879
 appswitch-emp:2616 appworxsrv:2136 apri-lm:1447 aprigo-cs:5086 apsolab-col:5470 apsolab-cols:5471 apsolab-data:5475
 apsolab-rpc:5474 apsolab-tag:5472 apsolab-tags:5473 apw-registry:3758 apwi-disc:4394 apwi-imserver:4391
 apwi-rxserver:4392 apwi-rxspooler:4393 apx500api-1:2264 apx500api-2:2265 aquamon: arbortext-lm:1557 arca-api:8023
 arcisdms:262 arcnet: arcp:7070 arcpd:3513 ardt:1826 ardus-cntl:1116 ardus-mtrns:1117 ardus-trns:1115 ardusmul:1835
 ardusuni:1834 areaguard-neo:23546 arena-server:11321 arepa-cas:3030 arepa-raft:3025 argis-ds:2582 argis-te:2581 argus:
 aria:2624 ariascribe:2114 ariel1:419 ariel2:421 ariel3:422 aries-kfinder:7570 ariliamulti:3140 aritts:8423 arkivio:3426
 armadp:1913 armagetronad:4534 armcenterhttp:9294 armcenterhttps:9295 armi-server:3174 armtechdaemon:9292 arn: arns:384
 aroundsound: arp: array-manager:3726 ars-master:3176 ars-vista:27782 artifact-msg:3518 aruba-papi:8211
 aruba-server:7166 as-debug:4026 as-servermap:449 asa-gateways:7234 asa:386 asam-cmp: asam:3451 asap-sctp-tls:3864
 asap-sctp:3863 asap-tcp-tls:3864 asap-tcp:3863 asap-udp:3863 asc-slmd:4448 asci-val:1560 ascomalarm:4077
 asctrl-agent:5155 asdis:2192 aseba: asf-rmcp:623 asf-secure-rmcp:664 asgcypresstcps:11489 asgenf:5727 asi:1827 asia:626
 asihpi:44600 asip-webadmin:311 asipregistry:687 asmgcs:5905 asmp-mon:45000 asmp:45000 asmps:45001 asnaacceler8db:5042
 asoki-sma:3087 aspcoordination:7235 aspeclmd:1544 aspen-services:1749 aspentec-lm:6142 asprovatalk:1079 asr:7800
 assoc-disc:24850 assuria-ins:4704 assuria-slm:4119 assyst-dr:4485 astergate-disc:9106 astergate:9106 astergatefax:9107
 asterix:8600 astnotify: astralite: astrolink:27876 astronova-main:2864 async: at-3:203 at-5:205 at-7:207 at-8:208
 at-echo:204 at-nbp:202 at-rtmp:201 at-zis:206 atc-appserver:1171 atc-lm:1170 atex-elmd:1385 athand-mmp:20999
 ati-ip-to-ncpe:3965 atlassianapp: atlinks:4154 atm-uhas:11367 atm-zip-office:1520 atmp:5150 atmtcp:2812 atnet:
 ats-acars:5911 ats-atn:5910 ats:2201 atsc-mh-ssc:4937 att-mt-sms:5586 attachmate-g32:2317 attachmate-s2s:2419
 attachmate-uts:2304 attero-ad: attune:5242 atul:7543 audio-activmail:1397 audiojuggler:3643 audirvana-ap:
 audit-transfer:1146 audit:182 auditd:48 aura:2066 auriga-router:5680 auris:2772 aurora-balaena:33123 aurora-cmgr:364
 aurora:9084 aurp:387 auth:113 authentx:5067 authoritygate:7668 autobuild:5115 autocueds:3437 autocuelog:3104
 autocuesmi:3103 autocuetime:3104 autodesk-lm:1422 autodesk-nlm:2080 autonoc:1140 autopac:4685 autopassdaemon:5820
 autosendimages: autotargets-ap: autotrac-acp:31020 autotunnel: av-chat-ring-01: av-emb-config:2050 av:
 availant-mgr:1122 avantageb2b:2131 avanti-cdp:4065 avatars-sec: avatars: avauthsrvprtcl:2068 avdecc:17221 avenue:2134
 avenyo:2992 avesterra:20057 avian:486 avinstalldisc:3502 aviva-sna:2238 avocent-adsap:3871 avocent-proxy:1078
 avsecuremgmt:3211 avt-profile-1:5004 avt-profile-2:5005 avtp:17220 awacs-ice:4488 awg-proxy:3277 aws-as2:8433
 aws-brf:22800 aws-wsp:4195 axio-disc:35100 axis-nvr: axis-video: axis-wimp-port:10260 axon-lm:1548 axon-tunnel:16665
 axysbridge:4418 ayiya:5072 azeti-bd:4192 azeti:4192 aztec:3512 b-novative-ls:1896 b2-license:2204 b2-runtime:2203
 b2n:1179 b3d-convince: babel-dtls:6699 babel:6696 babyphone: backburner:2635 backroomnet:3387 backup-express:6123
 backupedge:3946 bacnet:47808 bacula-dir:9101 bacula-fd:9102 bacula-sd:9103 badm-priv:6505 badm-pub:6506 bandhelper-rc:
 bandhelper-ss: bandwiz-system:1929 banyan-net:2708 banyan-rpc:567 banyan-vip:573 barracuda-bbs:5120 barroomcomedy:
 base:5429 batman:4305 bb:1984 bbars:3327 bbn-mmc:1347 bbn-mmx:1348 bbn-rcc-mon: bccp:4175 bcinameservice:3415
 bcloud-server: bcs-broker:1704 bcs-lmserver:1951 bcs:4677 bcslogc:13216 bctp-server:10107 bctp:8999 bdir-priv:6507
 bdir-pub:6508 bdp:581 bdsk: beacon-port-2:4426 beacon-port:3124 beacon: beamer: bears-01:2852 bears-02:3146 beatpack:
 beatsdirect: beep: beeyond-media:1943 beeyond:2414 behnke-cc: behnke-station: behnke-video: bender: beorl:5633
 berknet:2005 besapi:3408 beserver-msg-q:3527 bess:3960 bex-webadmin:6122 bex-xr:15660 beyond-remote:5424
 beyondidentity: bf-game:25954 bf-master:25955 bfagent: bfd-control:3784 bfd-echo:3785 bfd-lag:6784 bfd-multi-ctl:4784
 bflckmgr:3966 bftp:152 bgmp:264 bgp:179 bgs-nsi:482 bh611:354 bhevent:357 bhfhs:248 bhipc: bhmds:310 bhoedap4:352
 bhoetty:351 biap-mp:1962 bid-serv:2259 bidib: bif-p2p:2369 biff:512 bigbangchess: bigbangmancala: biimenu:18000
 bilobit-update:24577 bilobit:24577 bim-pem:3783 binderysupport:2302 bingbang:29999 binkp:24554 bintec-admin:2107
 bintec-capi:2662 bintec-tapi:2663 biolink-auth:3411 bioserver:6946 biosonics: biotic:5087 bip:4376 bis-sync:5585
 bis-web:5584 bitflit: bitforestsrv:5068 bitspeer:2178 bittorrent: bl-idm:142 blackboard:2032 blackbook: blackjack:1025
 blaze:1150 blizwow:3724 blockade-bpsp:2574 blockade:2911 blocks:10288 blp1:8194 blp2:8195 blp3:8292 blp4:8294
 blp5:48129 blueberry-lm:1432 bluectrlproxy:2277 bluelance:2877 bluevertise: blwnkl-port:2625 bmap:3421 bmc-ar:2494
 bmc-ctd-ldap:6301 bmc-data-coll:3695 bmc-ea:3683 bmc-gms:10129 bmc-grx:6300 bmc-jmx-port:3604 bmc-messaging:2059
 bmc-net-adm:1769 bmc-net-svc:1770 bmc-onekey:3561 bmc-patroldb:1313 bmc-perf-agent:6767 bmc-perf-mgrd:6768
 bmc-perf-sd:10128 bmc-reporting:4568 bmcpatrolagent:3181 bmcpatrolrnvu:3182 bmdss:13823 bmpp:632 bnet:415 bnetfile:1120
 bnetgame:1119 bngsync:10439 bnt-manager:3344 board-roar:9700 board-voip:9750 boardplus: boe-cachesvr:6403 boe-cms:6400
 boe-eventsrv:6402 boe-filesvr:6404 boe-pagesvr:6405 boe-processsvr:6406 boe-resssvr1:6407 boe-resssvr2:6408
 boe-resssvr3:6409 boe-resssvr4:6410 boe-was:6401 boinc-client:1043 boks-clntd:6503 boks-servc:6501 boks-servm:6502
 boks:6500 boldsoft-lm:2961 bolt:7687 bones:4914 booked-sync: bookworm: boomerang:1304 boosterware:2913 bootclient:2017
 bootp: bootpc:68 bootps:67 bootserver:2016 bootstrap: borland-dsj:707 boscap:2990 bosswave:28589 boundaryscan:
 bounzza:2218 bousg: boutfitness: boxbackupstore:4186 boxp:9380 boxraysrvr: bpcd:13782 bpcp-poll:2844 bpcp-trap:2845
 bpdbm:13721 bpjava-msvc:13722 bpmd:3593 bprd:13720 bq-cromo: br-channel:5425 br-sat-mon: brain:2169 brcd-vr-req:4415
 brcd:1323 brcm-comm-port:3188 brdptc:2155 bre:4096 breas: brf-gw:22951 bri: bridgecontrol:1073 bridgeprotocol:
 brightcore:5682 brlp-0:4101 brlp-1:4102 brlp-2:4103 brlp-3:4104 broker-service:3014 brp:3043 brski-proxy:
 brski-reg-cmp: brski-registrar: bruce:2619 brutus:2003 brvread:1054 bsfserver-zn:5320 bsfsvr-zn-ssl:5321 bspne-pcc:1252
 bsqdea: bsquare-voip:1071 btp: btpp2audctr1:2536 btpp2sectrans:2444 btprjctrl:2803 btrieve:3351 bts-appserver:1961
 bts-x73:3681 buddy-draw:1854 buddycloud-api: bues-service:2446 bullant-rap:2965 bullant-srap:2964 burp:4971 busboy:998
 buschtrommel:4747 business:3107 busycal:4990 buzzer: bv-agent:3993 bv-ds:3992 bv-is:3990 bv-queryengine:3989
 bv-smcsrv:3991 bvcdaemon-port:3626 bvcontrol:1236 bveapi:10880 bvtsonar:1149 bxp:4027 bytex:1375 bzflag:5154 bzr:4155
 c-h-it-port:3778 c1222-acse:1153 c3:2472 ca-1:5064 ca-2:5065 ca-audit-da:8025 ca-audit-ds:8026 ca-idms:3709
 ca-web-update:14414 caaclang2:5249 caacws:5248 cab-protocol:595 cableport-ax:282 cabsm-comm:7161 caci-lm:1554
 cacsambroker:7163 cadabra-lm:1563 cadencecontrol:2318 cadis-1:1441 cadis-2:1442 cadkey-licman:1399 cadkey-tablet:1400
 cadlock2:1000 cadlock:770 cadsi-lm:1387 cadsisvr:16789 cadview-3d:649 caerpc:42510 caevms:5251 caicci:1721
 caiccipc:1202 caids-sensor:1192 cailic:216 caistoragemgr:7162 cajo-discovery:1198 cal:588 caldav: caldavs:
 caldsoft-backup:22537 call-logging:2552 call-sig-trans:2517 caller9:2906 calltrax:3675 callwaveiam:9283 caltalk:
 camac:3545 cambertx-lm:1734 camp:4450 can-dch:1919 can-ferret-ssl:3661 can-ferret:1920 can-nds-ssl:3660 can-nds:1918
 canditv:24676 candp:42508 candrp:42509 canex-watch:3583 canit-store:6568 canocentral0:1871 canocentral1:1872
 canon-bjnp1:8611 canon-bjnp2:8612 canon-bjnp3:8613 canon-bjnp4:8614 canon-capt:3756 canon-chmp: canon-cpp-disc:8609
 canon-mfnp:8610 canto-roboflow:8998 cap:1026 capfast-lmd:1756 capioverlan:1147 capmux:4728 caps-lm:3290
 capwap-control:5246 capwap-data:5247 car:5090 carb-repl-ctrl:12546 cardax:1072 cardbox-http:3106 cardbox:3105 carddav:
 carddavs: cardifftec-back:4573 cardsend: cardweb-io:9060 cardweb-rt:9060 carousel: carrius-rshell:1197 cart-o-rama:3292
 cartographerxmp:5270 cas-mapi:3682 cas:2418 casanswmgmt:3669 casp:1130 caspssl:1131 casrmagent:7167 castorproxy:3450
 catalyst:2836 catchpole:1185 caupc-remote:2122 cautcpd:3061 cawas:12168 cba8:9593 cbos-ip-port:3750 cbp:4419
 cbserver:3388 cbt:7777 cbus:5550 cc-tracking:4870 ccag-pib:7169 ccm-port:3575 ccmad:3114 ccmail:3264 ccmcomm:3505
 ccmrmi:3154 ccnx:9695 ccowcmr:2116 ccp:3947 ccs-software:2734 ccss-qmm:4969 ccss-qsm:4970 cctv-port:3559 cctv:
 ccu-comm-1:4053 ccu-comm-2:4054 ccu-comm-3:4055 cd3o-protocol:3616 cdbroker:3376 cdc:223 cddbp-alt:8880 cddbp:888
 cdfunc:2045 cdid:3315 cdl-server:3056 cdn:2412 cds:4115 cecsvc:2571 cedros-fds:4140 cefd-vmp:10023 celatalk:3485
 centerline:3987 centra:1709 ceph:3300 cequint-cityid:4074 cera-bcm:1794 cerebra: cernsysmgmtagt:3830
 cert-initiator:1639 cert-responder:1640 certificates: cesdcdman:2921 cesdcdtrn:2922 cesdinv:2856 cfdptkt:120
 cfengine:5308 cfg-cloud:8015 cfs:7546 cft-0:1761 cft-1:1762 cft-2:1763 cft-3:1764 cft-4:1765 cft-5:1766 cft-6:1767
 cft-7:1768 cftp: cfw:7563 cgi-starapi:3893 cgms:3003 cgn-config:2183 cgn-stat:2182 chaos: chargen:19 charsetmgr:3903
 cheat: checkmk-agent:6556 checkoutdb:5505 checkpoint-rtm:18241 checksum:1386 chess: chevinservices:3349 chfts:
 childkey-ctrl:1892 childkey-notif:1891 chili: chimera-hwm:4009 chip-lm:1572 chipper:17219 chlenix:27016 chmd:3099
 choiceview-agt:4314 choiceview-clt:4316 chromagrafx:1373 chshell:562 ciao: cichild-lm:1523 cichlid:1377 cifs:3020
 cim-rs:5993 cimple:10125 cimplex:673 cimtrak:3749 cindycollab:3770 cinegrfx-elmd:2891 cinegrfx-lm:1743 cip4discovery:
 ciphire-data:3887 ciphire-serv:3888 circle-x:2931 cirrossp:10443 cis-secure:22343 cis:22305 cisco-aqos:9081
 cisco-avp:8470 cisco-cloudsec:8017 cisco-fna:130 cisco-ipsla:1167 cisco-net-mgmt:1741 cisco-redu:5786 cisco-sccp:2000
 cisco-snat:15555 cisco-sys:132 cisco-tdp:711 cisco-tna:131 cisco-vpath-tun:6633 cisco-wafs:4050 ciscocsdb:43441
 citadel:504 citrix-rtmp:2897 citrixadmin:2513 citrixima:2512 citriximaclient:2598 citrixupp:7228 citrixuppg:7229
 citynl:1729 cl-1:172 cl-db-attach:4135 cl-db-remote:4137 cl-db-request:4136 clariion-evr01:6389 classic:9087
 cleanerliverc:3481 clearcase:371 clearvisn:2052 clever-ctrace:6687 clever-tcpip:6688 cleverdetect:6690 client-ctrl:3730
 client-wakeup:9694 clipboard: clique: cloanto-lm:3397 cloanto-net-1:356 clock: close-combat:1944 cloudcheck-ping:45514
 cloudcheck:45514 cloudsignaling:7550 clp:2567 clscts: cluster-disc:3374 clusterxl:18243 clutild:7174 clvm-cfg:1476
 cm:5910 cma:1050 cmadmin:2617 cmc-port:3576 cmip-agent:164 cmip-man:163 cmmdriver:1294 cmot: cmtp-av:8501 cmtp-mgt:8501
 cnap:7262 cnckadserver:7168 cncp:4785 cnhrp:1757 cnrp:2757 cnrprotocol:1096 cns-srv-port:2976 coap:5683 coaps:5684
 coauthor:1529 cockroach:26257 codaauth2:370 codasrv-se:2433 codasrv:2432 codemeter-cmwan:22351 codemeter:22350
 codima-rtp:2415 cogitate:3039 cognex-dataman:44444 cognex-insight:1069 cognima:3779 cogsys-lm:3377 coherence-disc:7574
 coherence:7574 cohesity-agent:21213 collaber:7689 collabio: collaborator:622 collection: colubris:3490
 com-bardac-dw:48556 com-ocs-es-mcc: combox-web-acc:2534 comcam-io:3605 comcam:2108 commandport:3416 commerce:542
 commfort: commlinx-avl:1190 commonspace:1592 commplex-link:5001 commplex-main:5000 commtact-http:20002
 commtact-https:20003 comotionback:2262 comotionmaster:2261 compaq-evm:619 compaq-https:2381 compaq-scp:2766
 compaq-wcp:2555 composit-server:2417 compressnet: compx-lockview:4308 comsat:512 comscm:437 con:759 conclave-cpp:2491
 concomp1:1802 concurrent-lm:1648 condor:9618 conductor-mpx:6970 conductor:6970 conecube: conf:2008 conference:531
 conferencetalk:1713 config-port:3577 confluent:1484 connect-client:3441 connect-server:3442 connect:2137
 connected:16384 connection:2607 connendp:693 connlcli:1358 conspiracy:4692 consul-insight:5992 contactserver:
 contamac-icm:4846 contclientms:4665 contentserver: continuus:5412 controllerplus: controlone-con:7551 converge:4774
 convert: cookie-jar: coolanetaudio: coord-svr:2565 cops-tls:3183 cops:3288 copy-disc:8445 copy:8445 copycat:9093
 cora-disc:19220 cora:19220 corba-iiop-ssl:684 corba-iiop:683 corbaloc:2809 core-of-source:8767 core-rd-dtls:
 core-rd-tls: core-rd: corel-vncadmin:2654 corelccam:4300 corelvideo:1566 corerjd:284 corroboree: cosir: cosmocall:2324
 couchdb:5984 courier:530 covia:64 coviot: cp-cluster:8116 cp-spxdpy:4378 cp-spxrpts:5079 cp-spxsvr:4377
 cpdi-pidas-cm:3609 cpdlc:5911 cplscrambler-al:1088 cplscrambler-in:1087 cplscrambler-lg:1086 cpnotebook2: cppdp:4051
 cpq-tasksmart:3201 cpq-wbem:2301 cpqrpm-agent:3256 cpqrpm-server:3257 cps:14250 cpscomm:5194 cpsp:17222 cpudpencap:2746
 cqg-netlan-1:2824 cqg-netlan:2823 cr-websystems:2314 creativepartnr: creativeserver: cresco-control:38002
 crescoctrl-disc:38002 crestron-cip:41794 crestron-cips:41796 crestron-ctp:41795 crestron-ctps:41797 crinis-hb:3818
 crip:6253 crmsbits:2422 crs:507 crtech-nlm:20810 cruise-config:8378 cruise-diags:8379 cruise-enum:8376
 cruise-swroute:8377 cruise-update:8380 crusecontrol:5231 cryptoadmin:624 cs-auth-svr:3113 cs-live:2129
 cs-remote-db:3630 cs-services:3631 csbphonemaster:1724 csc-proxy:4187 csccfirewall:40843 csccredir:40842 cscp:40841
 csd-monitor:3072 csdm: csdmbase: csedaemon:5232 csi-lfap:3145 csi-mmws: csi-sgwp:348 cslg:24754 cslistener:9000
 csms2:3400 csms:3399 csnet-ns:105 csnotify:2955 cso:105 csoauth:7847 csoft-plusclnt:2699 csoft-prev:3271 csoft1:1837
 csoftragent:3004 cspclmulti:2890 cspmlockmgr:1272 cspmulti:2807 cspuni:2806 csregagent:3022 csrpc:5063 cssc:5637
 cssp:4078 cst-port:3742 csvr-proxy:3190 csvr-sslproxy:3191 csvr:3417 ct2nmcs:7023 ctcd:1851 ctdb:4379 ctdhercules:3773
 ctdp:7022 ctechlicensing:9346 ctf:84 cti-redwood:2563 ctiprogramload:4452 ctisystemmsg:4451 ctlptc:2153 ctp-state:4047
 ctp:3772 ctsd:5137 ctt-broker:1932 ctx-bridge:3127 ctxlic:7279 ctxs-vpp:4980 cuelink-disc:5271 cuelink:5271
 cuillamartin:1356 cumulus-admin:8954 cumulus:9287 curiosity:42999 cuseeme:7648 custix:528 cvc-hostd:442 cvc:1495
 cvd:8400 cvmmon:2300 cvmon:1686 cvspserver:2401 cvsup:5999 cw-codetap: cw-dpitap: cw-oncetap: cw-powertap: cwmp:7547
 cxtp:5091 cxws:4673 cyaserv:2584 cybercash:551 cyborg-systems:9888 cyborgnet:4183 cybro-a-bus:8442 cyc:3645
 cycleserv2:772 cycleserv:763 cylink-c:5420 cymtec-port:1898 cypress-stat:2017 cypress:2015 cytel-lm:3297 cytv:
 d-cinema-csp:4170 d-cinema-rrp:1173 d-data-control:4302 d-data:4301 d-fence:8555 d-s-n:8086 d-star:9011
 d2000kernel:3119 d2000webserver:3120 d2dconfig:9387 d2ddatatrans:9388 d2k-datamover1:2297 d2k-datamover2:2298
 d2k-tapestry1:3393 d2k-tapestry2:3394 d3winosfi:3458 daap:3689 dab-sti-c:1076 dacp: dai-shell:45824 daishi:2870
 dali:2378 damewaremobgtwy:6130 dancepartner: dandv-tester:3889 danf-ak2:1041 daqstream:7411 darcorp-lm:1679
 darkhorsetimer: dashpas-port:3498 dasp:439 data-insurance:2764 data-port:3578 datacaptor:1857 datalens:2229
 dataprotector:3612 datascaler-ctl:6625 datascaler-db:6624 datasurfsrv:461 datasurfsrvsec:462 dataturbine: datex-asn:355
 datusorb:3282 davsrc:9800 davsrcs:9802 dawn:1908 dayliteserver:6113 daylitetouch:6117 daytime:13 db-lsp-disc:17500
 db-lsp:17500 db2c-tls:25100 dbabble:8132 dbase:217 dbaudio: dbbrowse:47557 dbcontrol-agent:3938 dbcontrol-oms:1158
 dbdb:6104 dberegister:1479 dbisamserver1:12005 dbisamserver2:12006 dbm:2345 dbref:2365 dbreporter:1379 dbstar:1415
 dbsyncarbiter:4953 dc:2001 dca:1456 dcap:22125 dccm:5679 dccp-ping: dccp-udp:6511 dcn-meas: dcp:93 dcs-config:3988
 dcs:1367 dcsl-backup:11202 dcsoftware:3793 dctp:675 dcutility:1044 dddp:9131 ddgn:4167 ddi-tcp-1:8888 ddi-tcp-2:8889
 ddi-tcp-3:8890 ddi-tcp-4:8891 ddi-tcp-5:8892 ddi-tcp-6:8893 ddi-tcp-7:8894 ddi-udp-1:8888 ddi-udp-2:8889 ddi-udp-3:8890
 ddi-udp-4:8891 ddi-udp-5:8892 ddi-udp-6:8893 ddi-udp-7:8894 ddm-dfm:447 ddm-rdb:446 ddm-ssl:448 ddns-v3:2164
 ddrepl:4126 ddt:1052 de-cache-query:1255 de-noc:1254 de-server:1256 de-spot:2753 dec-dlm:625 dec-mbadmin-h:1656
 dec-mbadmin:1655 dec-notes:3333 decap:403 decauth:316 decbsrv:579 decladebug:410 dectalk:2007 decvms-sysmgt:441
 dei-icda:618 delibo:2562 dell-eql-asm:7569 dell-rm-port:3668 dell-soo-ds: dell-soss-ds-w: dell-ssms-ds:
 dellpwrappks:1266 dellwebadmin-1:1278 dellwebadmin-2:1279 delos-dms:3714 delta-mcp:1324 demoncamremote:
 denali-server:3444 deos:76 deploymentmap:4570 derby-repli:4851 descent3:2092 deskshare:1702 desktop-dna:2763
 deskview:3298 devbasic:5426 device-info: device2:2030 device:801 devonsync: devshr-nts:552 dey-keyneg:8750
 dey-sapi:4330 dfn:1133 dfoxserver:2960 dfserver:21554 dgi-serv:33333 dgp: dgpf-exchg:6785 dhanalakshmi:34567 dhanda-g:
 dhcp-failover2:847 dhcp-failover:647 dhcpv6-client:546 dhcpv6-server:547 dhct-alerts:4676 dhct-status:4675 dhe:3252
 di-ase:3046 di-drm:2226 di-msg:2227 di-traceware:3041 diagmond:1508 diagnose-proc:6072 dialog-port:2098
 dialogic-elmd:1945 dialpad-voice1:2860 dialpad-voice2:2861 diameter:3868 diameters:5868 diamondport:33331 dic-aida:1941
 dicom-iscl:2761 dicom-tls:2762 dicom:11112 dict-lookup:2289 dict:2628 dictation: dif-port:2251 difi:
 digilent-adept:33890 digiman:2362 digital-notary:1335 digital-vrc:466 digitalelectric: digivote:3223 direcpc-dll:1844
 direcpc-si:2464 direcpc-video:1825 direct:242 directnet:3447 directplay8:6073 directplay:2234 directplaysrvr:47624
 directv-catlg:3337 directv-soft:3335 directv-tick:3336 directv-web:3334 directvdata:3287 dirgis:2496 discard:9
 disclose:667 disconnect: discovery-port:1925 discp-client:2601 discp-server:2602 display:7236 displaysrc: dist-opencl:
 dist-upgrade:3624 distcc:3632 distinct32:9998 distinct:9999 ditrios: divelogsync: dixie:96 dj-ice:5419 dj-ilm:3362
 dka:1263 dkmessenger:1177 dl-agent:3876 dlep:854 dlip:7201 dlms-cosem:4059 dlpx-sp:8415 dls-mon:198 dls-monitor:2048
 dls: dlsrap:1973 dlsrpn:2065 dlswpn:2067 dltimesync: dmaf-caster:3574 dmaf-server:3574 dmdocbroker:1489 dmexpress:32636
 dmf-mail: dmidi:1199 dmod-workspace:3199 dmp:5031 dmt:7683 dn6-nlm-aud:195 dn6-smm-red:196 dna-cml:436 dna:2287
 dnap:1172 dnc-port:3448 dnox:4022 dnp-sec:19999 dnp:20000 dns-llq-tls: dns-llq:5352 dns-push-tls: dns-query-tls:
 dns-sd: dns-update-tls: dns-update: dns2go:1227 dnsix:90 dnssd-srp-tls: dnssd-srp: dnx:3998 doc-server:7165 doc1lm:3161
 docent:2151 doceri-ctl:7019 doceri-view:7019 docker-s:2376 docker:2375 docstor:1488 documentum-s:10003 documentum:10002
 dof-dps-mc-sec:5567 dof-eps:3567 dof-tunnel-sec:3568 dof-tunnel:8567 doglms-notify:6088 doglms:6088 doip-data:13400
 doip-disc:13400 domain-s:853 domain:53 domaintime:9909 domiq:44544 donnyworld:1821 doom:666 dop: dossier:1175
 dots-call-home: dots-data: dots-signal:4646 down:2022 downtools-disc:5245 downtools:5245 dp-bura:5565 dpap:8770
 dpcp:4099 dpi-proxy:1795 dpkeyserv:1780 dpm-acm:6075 dpm-agent:5719 dpm:5718 dpp:8908 dproxy:1296 dpserve:7020
 dpserveadmin:7021 dpsi:315 dragonfly:8913 drip:3949 driveappserver:1930 drizzle:4427 drm-production:7171 drmsfsd:4098
 drmsmc:1878 dropcopy: drp:1974 drwcs:2193 ds-admin:4404 ds-clnt:4402 ds-mail:4405 ds-slp:4406 ds-srv:4400 ds-srvr:4401
 ds-user:4403 dsatp:2111 dsc:3390 dsd:5907 dsdn:1292 dserver:4309 dsetos:378 dsf:555 dsfgw:438 dsgsync: dsl-sync:
 dslremote-mgmt:2420 dsm-scm-target:9987 dsmcc-ccp:13822 dsmcc-config:13818 dsmcc-download:13821 dsmcc-passthru:13820
 dsmcc-session:13819 dsmeter-iatc:4060 dsmipv6:4191 dsom-server:3053 dsp3270:246 dsp:33 dssiapi:1265 dsx-agent:3685
 dsx-monitor:31685 dt-mgmtsvc:6325 dt-vra:6326 dta-systems:13929 dtag-ste-sb:352 dtk:365 dtn-bundle:4556 dtn1:2445
 dtp-dia:3489 dtp-net:8732 dtp:3663 dtpt:5721 dtrmtdesktop: dts:2594 dtserver-port:4028 dtspcd:6112 dtv-chan-req:2253
 duckrace: dvapps:3831 dvbservdsc:3937 dvcprov-port:3776 dvl-activemail:1396 dvr-esm:2804 dvt-data:3247 dvt-system:3246
 dwf:1450 dwmsgserver:3228 dwnmshttp:3227 dwr:644 dx-instrument:1325 dxadmind:1958 dxmessagebase1:2874
 dxmessagebase2:2875 dxspider:8873 dxtgsync: dyn-site:3932 dyna-access:3310 dyna-lm:3395 dynamic3d:2150 dynamid:9002
 dyniplookup:3295 dzdaemon:3866 dzoglserver:3867 e-builder:4121 e-design-net:6702 e-design-web:6703 e-dpnet:2036
 e-mdu:3727 e-net:3286 e-woa:3728 e1-interface:38462 ea-dttx-poker: ea1:1791 ea:17729 eapol-relay:10253 eapsp:2291
 earphoria: easl:3693 easy-soft-mux:2168 easyengine:22222 easyspndlg-sync: eb-amuzi: eb-sync: eba:45678 ebinsite:2651
 ebms: ebreg: ecbyesfsgksc: echo:7 echonet:3610 ecmp-data:6160 ecmp:6160 ecmport:3524 ecms: ecnp:2858 ecolor-imager:3263
 ecomm:3477 ecovisiong6-1:2896 ecp:3134 ecsqdmn:1882 ecwcfg:2263 edb-server1:1635 edb-server2:3711 edbsrvr:12010 edcp:
 edge1: editbench:1350 edix:3123 edm-adm-notify:3463 edm-manager:3460 edm-mgr-cntrl:3465 edm-mgr-sync:3464
 edm-stager:3461 edm-std-notify:3462 edsservice: edtools:1142 eeg: eenet:5234 efb-aci:6159 efcp:3671 efi-lm:3392
 efi-mg:2224 efidiningport:2553 efkon-elite: eforward:2181 efr:5618 efs:520 eftp:37601 egistix: egp: egptlm:3328
 egs:1926 eheap: ehf-mail: ehome-ms:2228 ehp-backup:3638 ehs-ssl:4536 ehs:4535 ehtp:1295 eicon-server:1438
 eicon-slp:1440 eicon-x25:1439 eims-admin:4199 eis:3982 eisp:3983 eisport:3525 elad:1893 elan:1378 elanlm:4346
 elatelink:2124 elcn:7101 elcsd:704 eldim:31337 elektron-admin:5398 elfiq-repl:1148 eli:2087 elipse-rec:6515
 ellpack:2025 elm-momentum:1914 elpro-tunnel:4370 els:1315 elvin-client:2917 elvin-server:2916 elxmgmt:23333
 em7-secom:7700 ema-sent-lm:2526 emb-proj-cmd:5116 embl-ndt:394 embrace-dp-c:3198 embrace-dp-s:3197 embrace:
 emc-gateway:1273 emc-pp-mgmtsvc:9083 emc-vcas-tcp:13218 emc-vcas-udp:13218 emc-xsw-dcache:11723 emc-xsw-dconfig:11623
 emcads:3945 emce:2004 emcon: emcrmirccd:10004 emcrmird:10005 emcsymapiport:2707 emfis-cntl:141 emfis-data:140
 emgmsg:6656 emp-server1:6321 emp-server2:6322 emperion:1282 empire-empuma:1691 empowerid:7080 emprise-lls:3585
 emprise-lsc:3586 ems:4664 emsd-port:1928 emwavemsg:20480 emwin:2211 encore:1740 encrypted-admin:1138
 encrypted-llrp:5085 enfs:5233 enguity-xccetp:8041 enl-name:1805 enl:1804 enlabel-dpl:5798 enpc:3289 enphase-envoy:
 enpp:2968 enrp-sctp-tls:9902 enrp-sctp:9901 enrp:9901 ent-engine:3665 entexthigh:12002 entextlow:12004 entextmed:12003
 entextnetwk:12001 entextxid:12000 entomb:775 entp:1865 entrust-aaas:680 entrust-aams:681 entrust-ash:710
 entrust-kmsh:709 entrust-sps:640 entrusttime:309 eor-game:8149 eoss:1210 ep-nsp:3621 ep-pcp:3620 ep: epc:1267
 epicon:2912 epl-slp:3819 epmap:135 epmd:4369 epncdp2:3259 epnsdp:2051 eportcomm:4666 eportcommdata:4669 epp: eppc:3031
 ept-machine:3628 eq-office-4940:4940 eq-office-4941:4941 eq-office-4942:4942 eq3-config:43439 eq3-update:43439
 equationbuilder:1351 ergolight:2109 eristwoguns:2650 erp-scale:5135 erpc:121 erunbook-agent:9616 erunbook-server:9617
 es-elmd:1822 esbroker:1342 escp-ip:621 escvpnet:3629 eserver-pap:3666 esimport:3564 esinstall:5599 esip:2950
 esl-lm:1455 esmagent:5601 esmmanager:5600 esnm-zoning:4023 esp-encap:2797 esp-lm:3383 esp: espeasy-p2p:8266
 espeech-rtp:8417 espeech:8416 esps-portal:2867 esri-sde:5151 esro-emsdp:642 esro-gen:259 essbase:1423 essp:2969
 essweb-gw:1772 est-coaps: est: estamp:1982 etb4j:16309 etc-control:6107 etcd-client:2379 etcd-server:2380 etebac5:1216
 etftp:1818 ethercat:34980 ethernet-ip-1:2222 ethernet-ip-2:44818 ethernet-ip-s:2221 ethoscan:6935 etlservicemgr:9001
 etp:1798 ets:1569 eucalyptus: eudora-set:592 ev-services:5114 evb-elm:1504 event-listener:3017 event-port:2069
 eventserver: everydayrc:2782 evm:1139 evp: evs-notif: evtp-data:2835 evtp:2834 ew-disc-cmd:43440 ew-mgmt:43440
 ewall:1328 ewalletsync: ewcappsrv:1876 ewctsp:6066 ewdgs:4092 ewelink: ewinstaller:4091 ewnn:2674 example:
 exapt-lmgr:3759 exasoftport1:3920 exb: exbit-escp:1316 exce:2769 excerpt:5400 excerpts:5401 excw:1271 exec:512
 exlm-agent:3002 exoconfig:26487 exoline-tcp:26486 exoline-udp:26486 exonet:26489 exp1:1021 exp2:1022 expresspay:2755
 extensis:2666 extensissn: eye2eye:1948 eyelink:589 eyetv:2170 eyetvsn: ezmeeting-2:10101 ezmeeting:26261
 ezmessagesrv:4085 ezproxy-2:10102 ezproxy:26260 ezrelay:10103 f1-control:38472 f5-globalsite:2792 f5-iquery:4353
 fac-restore:5582 facelink:1915 facespan: facilityview:1561 facsys-ntp:2514 facsys-router:2515 fagordnc:3873
 faircom-db:19790 fairview:38202 famdc:10081 farenet:5557 fast-rem-serv:2495 fastlynx:2689 fatpipe:3353 fatserv:347
 faxcomservice:6417 faximum:7437 faxportwinport:1620 faxstfx-port:3684 faxstfx: fazzt-admin:4039 fazzt-ptp:4038
 fc-cli:1371 fc-faultnotify:2819 fc-ser:1372 fcip-port:3225 fcis-disc:4727 fcis:4727 fcmsys:2344 fconfig:
 fcopy-server:5745 fcopys-server:5746 fcp-addr-srvr1:5500 fcp-addr-srvr2:5501 fcp-cics-gw1:5504 fcp-srvr-inst1:5502
 fcp-srvr-inst2:5503 fcp-udp:810 fcp:510 fdt-rcatp:4320 fdtracks:5579 febooti-aw:36524 feed-sharing: feitianrockey:3152
 feldwesen: femis:1776 ferrari-foam:3216 ff-annunc:1089 ff-fms:1090 ff-ice:5903 ff-lr-port:3622 ff-sm:1091 ffserver:3825
 fg-fps:3293 fg-gip:3294 fg-sysupdate:6550 fhc:1499 fhsp:1807 fibotrader-com:6715 filecast:3401 filemq:5670
 filenet-cm:32773 filenet-nch:32770 filenet-obrok:32777 filenet-pa:32772 filenet-pch:32775 filenet-peior:32776
 filenet-powsrm:32767 filenet-re:32774 filenet-rmi:32771 filenet-rpc:32769 filenet-tms:32768 filesphere:24242
 filex-lport:1887 find:24922 findviatv:3350 finger:79 finisar:4682 finle-lm:1784 fintrx:3787 fio-cmgmt:9051
 fiorano-msgsvc:1856 fiorano-rtrsvc:1855 firefox:1689 firemonrcc:3192 firepower:2615 firetask: first-defense:1232
 firstcall42:2673 fis:5912 fisa-svc:7018 fish: fisk: fiveacross:1193 fix: fj-hdnet:1717 fjappmgrbulk:2510 fjcp:3648
 fjdmimgr:9374 fjdocdist:1848 fjhpjp:3067 fjicl-tep-a:1901 fjicl-tep-b:1902 fjicl-tep-c:1904 fjinvmgr:9396
 fjippol-cnsl:2749 fjippol-polsvr:2748 fjippol-port1:2750 fjippol-port2:2751 fjippol-swrly:2747 fjitsuappmgr:2425
 fjmpcm:2975 fjmpjps:1873 fjmpss:2509 fjork: fjsv-gssagt:3035 fjsvmpor:2946 fjswapsnp:1874 fksp-audit:3729 fl-purr:
 flamenco-proxy:3210 flashfiler:24677 flashmsg:2884 flcrs:5638 flex-lm: flex-lmadmin:27010 flexlm:744 flightdmp:
 flir-ircam: flirtmitmir:3840 fln-spx:221 florence:1228 flr-agent:4901 flukeserver:2359 fly:4396 fmp:4745
 fmpro-fdal:2399 fmpro-internal:5003 fmpro-v6:5013 fmsas:16000 fmsascon:16001 fmserver-admin: fmtp:8500 fmwp:5015
 fnet-remote-ui:1174 fodms:7200 foliocorp:2242 font-service:7100 fontagentnode: foresyte-clear:5407 foresyte-sec:5408
 fortisphere-vm:4084 fotogcad:3878 found:4411 foxtrot-serv: foxtrot-start: fpitp:1045 fpo-fns:1066 fprams:4122
 frameforge-lic: frc-hicp-disc:7244 frc-hicp:7244 frc-hp:6704 frc-lp:6706 frc-mp:6705 frcs:4915 freeciv:5556 freehand:
 freezexservice:7726 frog: fronet:4130 fryeserv:2788 fs-agent:8042 fs-mgmt:8044 fs-qos:41111 fs-rh-srv:3488
 fs-server:8043 fsc-port:9217 fse:7394 fsportmap:4349 fsr:7164 ft-role:2429 ftnmtp:8502 ftp-agent:574 ftp-data:20 ftp:21
 ftpcroco: ftps-data:989 ftps:990 ftranhc:1105 ftrapid-1:1746 ftrapid-2:1747 ftsrv:1359 ftsync:4086 fujitsu-dev:747
 fujitsu-dtc:1513 fujitsu-dtcns:1514 fujitsu-mmpdc:1657 fujitsu-neat:3382 funk-dialout:2909 funk-license:1787
 funk-logger:1786 funkproxy:1505 fuscript:1144 futrix:2358 fv-cert: fv-key: fv-time: fxaengine-net:3402 fxp:
 fxuptp:19539 fyre-messanger:2731 g-talk:2421 g2metric-lynx: g2tag:4110 g5m:2732 gacp:190 gadgetgate1way:2677
 gadgetgate2way:2678 gadugadu:8074 gaia:4340 galaxy-network:5235 galaxy-server:3051 galaxy4d:8881 galaxy7-data:38201
 galileo:3519 galileolog:3520 gamegen1:1738 gamelobby:2914 gamesmith-port:31765 gammafetchsvr:1859 gandalf-lm:1421
 gap:10800 garagepad: garcon:999 garmin-marine:8322 gat-lmd:1708 gbjd816:2626 gbmt-stars:3912 gbs-smp:3762 gbs-stp:3484
 gc-config:3436 gcm-app:14145 gcmonitor:2660 gcp-rphy:8190 gcsp:3429 gdbremote:2159 gdoi:848 gdomap:538 gdp-port:1997
 gdrive-sync:37483 gds-adppiw-db:4550 gds-db:3050 gearman:4730 gemini-lm:1590 geneous:3381 generalsync:7962 geneve:6081
 genie-lm:1453 genie:402 genisar-port:3475 geniuslm:3005 genrad-mux:176 genstat:7283 geognosis:4326 geognosisadmin:4325
 geognosisman:4325 geolocate:3108 gerhcs:4985 getty-focus:4332 gf:3530 gforce-ssmp: ggf-ncp:678 ggp: ggz:5688
 ghvpn:12009 giffer: giga-pocket:3862 gilatskysurfer:3013 ginad:634 giop-ssl:2482 giop:2481 gist:270 git:9418 glasspad:
 glasspadserver: glbp:3222 gld:6267 glishd:2833 global-cd-port:3229 global-dtserv:1774 global-wlink:1909 globe:2002
 globecast-id:6109 globmsgsvc:2519 glogger:2033 glrdrvmon: glrpc:9080 gmrupdateserv:1070 gnmi-gnoi:9339 gntp:23053
 gnunet:2086 gnutella-rtr:6347 gnutella-svc:6346 go-login:491 goahead-fldup:3057 gog-multiplayer:5687
 goldleaf-licman:1401 golem:9005 googexpeditions: googlecast: goorstop: gopher:70 gopro-wake: gopro-web: gotit:
 gotodevice:2217 gpfs:1191 gpnp: gppitnp:103 gprs-cube:3751 gprs-data:3386 gprs-sig:3386 gpsd:2947 gradecam:5117
 graphics:41 grasp:7017 grcmp:9122 grcp:9123 gre-in-udp:4754 gre-udp-dtls:4755 grf-port:3757 gribi:9340 grid-alt:6269
 grid:6268 gridgen-elmd:1542 griffin:2458 grillezvous: gris:2135 groove-dpp:1211 groove:2492 groovesquid: groupthink:
 groupwise:1677 growl: grubd:3136 gruber-cashreg:28010 gs-realtime:30400 gsakmp:3761 gsi:1850 gsidcap:22128 gsiftp:2811
 gsigatekeeper:2119 gsmp-ancp:6068 gsms:16002 gsmtap:4729 gsremotecontrol: gss-http:488 gss-xlicen:128 gt-proxy:9889
 gtaua:2186 gte-samp:2643 gtegsc-lm:1452 gtp-control:2123 gtp-user:2152 gtrack-ne:3592 gtrack-server:3591 gucam-http:
 gue:6080 guibase:9321 guid: guttersnex:35356 gv-pf:18262 gv-us:1369 gvcp:3956 gw-asv:4842 gw-call-port:3745 gw-log:4844
 gw:3010 gwen-sonya:2778 gwha:1383 gxs-data-port:2073 gxtelmd:2356 h2250-annex-g:2099 h248-binary:2945 h263-video:2979
 h2gf-w-2m:3179 h323: h323callsigalt:11720 h323gatedisc:1718 h323gatestat:1719 h323hostcall:1720 h323hostcallsc:1300
 ha-cluster:694 hacl-cfg:5302 hacl-gs:5301 hacl-hb:5300 hacl-local:5304 hacl-monitor:3542 hacl-poll:5315 hacl-probe:5303
 hacl-qs:1238 hacl-test:5305 hagel-dump:3036 haipe-discover:3623 haipe-otnk:3769 hao:2245 hap:661 harp:1816 hart-ip:5094
 hassle:375 hawk:7630 hb-engine:1703 hbbtv-ait: hbci:3000 hcp-wismar:686 hctl:4197 hdap:263 hde-lcesrvr-1:14936
 hde-lcesrvr-2:14937 hdl-srv:2641 health-polling:1161 health-trap:1162 healthd:1281 heartbeat:3740 heathview:35000
 hecmtl-db:1551 heliosd:6440 helix:10860 hello-port:652 hello:1789 help: hems:151 here-lm:1409 hermes:1248
 herodotus-net:3921 hes-clip:8807 hexarc:7397 hexxorecore:9111 heythings:18516 hfcs-manager:4999 hfcs:4900 hg:
 hhb-gateway:1136 hhb-handheld:4148 hicp:3250 hid:24322 high-criteria:2467 hillrserv:4117 hinp:9954 hinz:
 hip-nat-t:10500 hiperscan-id:8293 hippad:2988 hiq:1410 hislip:4880 hivep:12172 hivestor:4884 hkp:11371 hks-lm:1722
 hl7:2575 hlibmgr:3634 hlserver:3047 hmcp: hmip-routing:43438 hmmp-ind:612 hmmp-op:613 hmp: hncp-dtls-port:8232
 hncp-udp-port:8231 hnm:6791 hnmp:6790 hola: home-assistant: home-sharing: homeauto: homeconnect: homekit:
 homeportal-web:3941 homesteadglory:2597 homewizard: honeywell-vid: honyaku:2744 host2-ns: hostname:101 hotu-chat:3449
 hotwayd: houdini-lm:1715 houston:4041 howdy: hp-3000-telnet:2564 hp-alarm-mgr:383 hp-clic:3384 hp-collector:381
 hp-device-disc:3329 hp-hcip-gwy:1803 hp-hcip:1782 hp-managed-node:382 hp-nnm-data:2690 hp-pdl-datastr:9100
 hp-pxpib:3101 hp-san-mgmt:3037 hp-sca:19411 hp-sci:1299 hp-sco:19410 hp-server:5225 hp-sessmon:19412 hp-status:5226
 hp-webadmin:1188 hp-webqosdb:1877 hpbladems:5316 hpdeviceinfo: hpdevms:5317 hpidsadmin:2984 hpidsagent:2985 hpiod:2208
 hpocbus:2206 hpoms-ci-lstn:5403 hpoms-dps-lstn:5404 hpppssvr:2448 hppronetman:3908 hpr-bldlnx: hpr-bldwin: hpr-db:
 hpr-rep: hpr-toollnx: hpr-toolwin: hpr-tstlnx: hpr-tstwin: hpss-ndapi:1217 hpssd:2207 hpssmgmt:4484 hpstgmgr2:2715
 hpstgmgr:2600 hpvirtctrl:5224 hpvirtgrp:5223 hpvmmagent:1125 hpvmmcontrol:1124 hpvmmdata:1126 hpvroom:5228 hrd-ncs:6324
 hrd-ns-disc:6324 hri-port:3439 hrpd-ith-at-an:4592 hs-off: hs-port:2570 hsl-storm:2113 hsrp:1985 hsrpv6:2029 htcp:4827
 htrust:5628 htsp: http-alt: http-mgmt:280 http-rpc-epmap:593 http-wmap:8990 http:80 https-wmap:8991 https:443
 httpx:4180 htuilsrv:5023 htvncconf: hub-open-net:8313 hue: huesync: hughes-ap:5105 husky:1310 hybrid-pop:473
 hybrid:1424 hydap:15000 hydra:2374 hylafax:4559 hyper-g:418 hypercube-lm:1577 hyperip:3919 hyperscsi-port:5674
 hyperstream: hyperwave-isp:692 i-net-2000-npr:5069 i-zipqd:13160 i3-sessionmgr:3952 iad1: iad2: iad3: iadt-disc:4169
 iadt-tls:9614 iadt:4169 iafdbase:480 iafserver:479 ianywhere-dbns:3968 iapp:2313 ias-admind:2141 ias-auth:2139
 ias-neighbor:4596 ias-paging:4595 ias-reg:2140 ias-session:4594 iascontrol-oms:1156 iascontrol:1157 iasd:432
 iatp-highpri:6998 iatp-normalpri:6999 iaudit: iax:4569 iba-cfg-disc:7072 iba-cfg:7072 ibar:5784 iberiagames:1726 ibiz:
 ibm-abtact:1586 ibm-app:385 ibm-cics:1435 ibm-db2:523 ibm-dial-out:3267 ibm-diradm-ssl:3539 ibm-diradm:3538
 ibm-dt-2:1792 ibm-mgr:3801 ibm-mqseries2:1881 ibm-mqseries:1414 ibm-pps:1376 ibm-res:1405 ibm-rsyscon:9085 ibm-ssd:1260
 ibm-wrless-lan:1461 ibm3494:3494 ibp:2572 ibprotocol:6714 ibridge-data:2275 ibridge-mgmt:2276 ibus:8733 ica-networking:
 ica:1494 icabrowser:1604 icad-el:425 ican: icap:1344 iccrushmore:6850 ice-location:4061 ice-router:4063
 ice-slocation:4062 ice-srouter:4064 iceedcp-rx:31949 iceedcp-tx:31948 icg-bridge:2063 icg-iprelay:2064 icg-swp:2062
 ichalkboard: ichat: ici: icl-twobase10:25009 icl-twobase1:25000 icl-twobase2:25001 icl-twobase3:25002
 icl-twobase4:25003 icl-twobase5:25004 icl-twobase6:25005 icl-twobase7:25006 icl-twobase8:25007 icl-twobase9:25008
 iclcnet-locate:886 iclcnet-svinfo:887 iclid:18242 iclpv-dm:1389 iclpv-nlc:1394 iclpv-nls:1393 iclpv-pm:1392
 iclpv-sas:1391 iclpv-sc:1390 iclpv-wsm:1395 icmp: icmpd:5813 icms:4486 icon-discover:2799 iconp:3972 iconquer:
 iconstructsrv:6077 icontrolbox: icp:1112 icpp:14142 icpps:14143 icpv2:3130 ics:5639 icshostsvc:4553 icslap:2869
 ida-discover1:5741 ida-discover2:5742 idac:3881 idata: idcp:2326 idcws: ideafarm-door:902 ideafarm-panic:903 ideaquest:
 ideesrv:2337 iden-ralp:1725 ident:113 identify:2987 idfp:549 idig-mux:4152 idmaps:1884 idmgratm:32896
 idonix-metanet:2112 idotdist:2590 idp-infotrieve:2966 idp:4067 idps:3797 idrs:2995 idsync: idtp:25604
 idware-router:2079 idxp:603 iec-104-sec:19998 iec-104:2404 iee-qfx:1284 ieee-mih:4551 ieee-mms-ssl:695 ieee-mms:651
 ieee11073-20701:6464 ies-lm:1443 ifcp-port:3420 ife-icorp:5165 iffl: ifolder: ifor-protocol:1515 ifsf-hb-port:3486
 ifsp:4744 igcp:2801 igi-lm:1404 igmp: igmpv3lite:465 igo-incognito:4100 igp: igrid:19000 igrs:3880 ihouse:
 ii-admin:3006 ii-drills: ii-konane: iims:4800 iiop:535 iiw-port:3186 ild:24321 ill:1611 ilss:4802 ilynx: im:
 imagepump:27345 imagequery:2239 imagescal: imap2: imap3:220 imap:143 imaps:993 imdocsvc:2637 imgames:1077 imgsync:
 imidi: imink:8615 imip-channels:11320 imip:11319 immedianet-bcn:3657 imoguia-port:3907 impera:1710 imprs:3164
 imqbrokerd:7676 imqstomp:7672 imqstomps:7673 imqtunnel:7675 imqtunnels:7674 ims-ni: imsldoc:2035 imsp:406 imtc-map:2202
 imtc-mcs:1503 imyx:1143 inbusiness:244 incognitorv:3139 incp:2932 index-net:2970 index-pc-wb:2127 indi:7624 indigo-dvr:
 indigo-server:1176 indigo-vbcp:8131 indigo-vrmi:8130 indura:3156 indx-dds:2454 indy:5963 inedo:46336 inetfs:7775
 infboard: infi-async:8067 infiniswitchcl:3602 influence:3345 infobright:5029 infocrypt:2233 infoexch:3667
 infolibria:2319 infoman:1451 infomover:2854 informacast: informatik-lm:1428 informer:3856 infoseek:414 infotos:18881
 infowave:2082 ingres-net:134 ingreslock:1524 ininmessaging:5597 iniserve-port:3560 initlsmsad:2793 innergroup:
 innosys-acl:1413 innosys:1412 inova-ip-disco:2716 inova-ontrack: inovaport1:23000 inovaport2:23001 inovaport3:23002
 inovaport4:23003 inovaport5:23004 inovaport6:23005 insis:9215 insitu-conf:1490 inspect:1602 inspider:49150
 inst-discovery:4878 instantia:1240 instl-bootc:1068 instl-boots:1067 int-rcv-cntrl:3603 intecom-ps1:5056
 intecom-ps2:5057 intecourier:495 integra-sme:484 integral:3459 integrius-stp:17234 intel-rci-mp:16991 intel-rci:24386
 intelliadm-disc:4746 intellistor-lm:1539 intelsync:3692 interact:4052 interactionweb:3508 interbase:2041
 interhdl-elmd:1454 interintelli:2633 intermapper:8181 interpathpanel:2652 intersan:1331 interserver:3060
 intersys-cache:1972 interwise:7778 interworld:3548 intraintra:3202 intrastar:1907 intrepid-ssl:11751 intrinsa:503
 intu-ec-client:8021 intu-ec-svcdisc:8020 intuitive-edge:1355 intv:1585 invision-ag:45054 invision:1641 invokator:2006
 io-dist-data:5728 io-dist-group:5728 ioc-sea-lm:1579 iona-data:6318 ionixnetmon:7410 iop:2055 iot: iota: ip-arc:
 ip-arpa: ip-blf:2088 ip-cmprs: ip-dc: ip-dvmrp: ip-e: ip-ee: ip-fddi: ip-hc: ip-ieee: ip-ipx: ip-mtu: ip-netbios:
 ip-provision:43190 ip-qsig:4029 ip-slip: ip-wb: ip-x25: ip: ipass:2549 ipbroadcaster: ipcd3:1209 ipcd:576 ipcore:2215
 ipcs-command:3743 ipcserver:600 ipcu: ipdcesgbs:9214 ipdd:578 ipdr-sp:4737 ipdtp-port:20202 iperfd: ipether232port:3497
 ipfix:4739 ipfixs:4740 ipfltbcst:4068 iph-policy-adm:2963 iph-policy-cli:2962 ipluminary:7420 iposplanet:7031 ipp:631
 ippc: ipps:631 ipr-dglt:3678 ipsdtls:5914 ipsec-nat-t:4500 ipsendmsg:1992 ipsma:5908 ipspeaker: ipt-anri-anri:4593
 ipulse-ics:20222 ipx:213 iqnet-port:3804 iqobject:48619 iqp: iqrm:10117 iqserver:2527 ique:18769 ir-hvac-000:
 iracinghelper:32034 irapp:4073 irc-iot: irc-serv:529 irc:194 ircs-u:6697 ircu: irdg-post:2632 irdmi2:7999 irdmi:8000
 irelay: iris-beep:702 iris-lwz:715 iris-xpc:713 iris-xpcs:714 irisa:11000 irmc: irobotmcs: iroid-sd: ironmail:3206
 ironstorm:3504 irp:4604 irradiatd-iclip: irt-sharing: irtp: irtrans:21000 is99c:379 is99s:380 isa100-gci:17223
 isakmp:500 isbconference1:1244 isbconference2:1245 iscape:5047 ischat:1336 iscsi-target:3260 iscsi:860 isdc:1636
 isdd:8148 isg-uda-server:2551 ishare: isi-gl:55 isi-irp:3226 isis-am:1642 isis-ambc:1643 isis-bcast:2043 isis:2042
 islc:1637 ismaeasdaqlive:1949 ismaeasdaqtest:1950 ismc:1638 ismserver:9500 isnetserv:48128 isns:3205 iso-ill:499
 iso-ip:147 iso-tp0:146 iso-tp0s:3782 iso-tp4: iso-tsap-c2:399 iso-tsap:102 isode-dua:17007 isoft-p2p:3501
 isoipsigport-1:1106 isoipsigport-2:1107 isomair:3589 isparx: ispipes:2853 ispmmgr:3775 ispq-vc: isrp-port:3788
 iss-mgmt-ssl:3995 issd:1600 isticky: istorm: isynchronize: isysg-lm:1609 ita-agent:5051 ita-manager:5052 itach:8184
 itactionserver1:7280 itactionserver2:7281 italk:12345 itap-ddtp:10100 itap-publish: itelserverport:3719 item:3848
 itinternet:2691 itis-device: itm-lm:2828 itm-mccs:3084 itm-mcell-s:828 itm-mcell-u:1828 ito-e-gui:2531 itose:4348
 itscomm-ns:1573 itsrc: itu-bicc-stc:3097 itv-control:3899 itwo-server:4410 iua:9900 iuhsctpassoc:29169 ivcollector:1275
 ivecon-port:3258 ivef: ivocalize:5049 ivs-database:38000 ivs-insertion:38001 ivs-video:2232 ivsd:2241 iw-mmogame:3596
 iwb-whiteboard:2982 iwec:4801 iwg1:7071 iwlistener:2866 iwork: iwserver:2166 izira: izm:4109 j-ac:4107 j-lan-p:2808
 j-link:19020 jacobus-lm:1578 jaleosnd:1623 jamlink:8091 jamserverport:3627 janus-disc:7181 jargon:148
 jaugsremotec-1:3472 jaugsremotec-2:3473 jaus:3794 jaxer-manager:4328 jaxer-web:4327 jaxflow-data:5230 jaxflow:5229
 jboss-iiop-ssl:3529 jboss-iiop:3528 jbroker:2506 jcan: jcp:19541 jdatastore:2508 jdl-dbkitchen:3086 jdmn-port:4030
 jdp-disc:7095 jediserver:2406 jeditx: jeol-nsddp-1:6241 jeol-nsddp-2:6242 jeol-nsddp-3:6243 jeol-nsddp-4:6244
 jeol-nsdtp-1:6241 jeol-nsdtp-2:6242 jeol-nsdtp-3:6243 jeol-nsdtp-4:6244 jerand-lm:1810 jesmsjc:27442 jetcmeserver:1936
 jetform:1706 jetformpreview:2097 jetstream:6901 jibe-eb:3777 jini-discovery:4160 jini: jlicelmd:1567 jmact3:6961
 jmact5:2957 jmact6:2958 jmap: jmb-cds1:8900 jmb-cds2:8901 jmevt2:6962 jmq-daemon-1:3214 jmq-daemon-2:3215 jms:5673
 jnx-kcsync: joajewelsuite:6583 joltid:3531 jomamqmonitor:4114 joost:4166 journee:3042 jpegmpeg:3155 jprinter:5309
 jps:2205 jstel:1064 jt400-ssl:3471 jt400:3470 jtag-server:1309 jtag: jtnetd-server:5033 jtnetd-status:5034 juka:48048
 jukebox: jukejoint: jute:5883 juxml-port:3642 jvclient:1940 jvl-mactalk:47100 jvserver:1939 jwalkserver:1289
 jwclient:1938 jwpc-bin:16021 jwpc:16020 jwserver:1937 k-block:287 k-patentssensor:40023 k3software-cli:26263
 k3software-svr:26262 ka-kdp:31016 ka-sddp:31016 ka0wuc:2822 kali:2213 kana:2656 kaostransport:9986 kar2ouche:4661
 kastenchasepad:2918 kastenxpipe:36865 kazaa:1214 kca-service:9878 kdm:2115 kdnet:5364 kentrox-prot:2502
 kerberos-adm:749 kerberos-iv:750 kerberos:88 kermit:1649 keynoteaccess: keynotepairing: keyserver:584 keyshadow:19315
 keysrvr:19283 kfserver:5343 kftp-data:6620 kftp:6621 kfxaclicensing:3581 kingdomsonline:30260 kingfisher:4058 kink:910
 kiosk:1061 kis:186 kitim:35354 kiwin: kjtsiteserver:1339 klio:7697 klogin:543 kme-trap-port:2081 kmip:5696
 kmscontrol:1773 knet-cmp:157 knx: kofax-svr:2424 konshus-lm:2294 konspire2b:6085 kopek-httphead:27504 kpasswd:464
 kpdp:5253 kpn-icw:3699 krb524:4444 krb5gatekeeper:1318 kryptolan:398 kshell:544 ksysguard:3112 ktelnet:6623
 kti-icad-srvr:6701 ktickets-rest:4331 ktp: kv-agent:3361 kv-server:3360 kvm-via-ip:1132 kwdb-commn:1127 kwtc:4566 kyma:
 kyoceranetdev:1063 kz-migr:8102 l-acoustics:4432 l2c-control:4371 l2c-data:4372 l2c-disc:4371 l2f:1701 l2tp:1701
 l3-exprt:2840 l3-hawk:2842 l3-hbmon:2370 l3-ranger:2841 l3t-at-an:4591 l5nas-parchan:9747 la-maint: labrat:2560
 labyrinth: laes-bf:9536 lam:2040 lan2p: lan900-remote:2395 landmarks:3969 lanmessenger:2372 lanner-lm:4547
 lanrevagent:3970 lanrevserver:3971 lanschool-mpt:11796 lanschool:11796 lanserver:637 lansource:1485 lansurveyor:4347
 lansurveyorxml:3815 lanyon-lantern:1682 laplink:1547 lapse: larp: larvaio-control: launchbird-lm:3739 lavenir-lm:3373
 lazy-ptop:7099 lbc-control:2780 lbc-measure:2815 lbc-sync:2779 lbc-watchdog:2816 lbf:2466 lbm:2465 lcm-server:7365
 lcs-ap:9082 ldap-admin:3407 ldap:389 ldaps:636 ldgateway:9592 ldoms-mgmt:6482 ldoms-migr:8101 ldp:646 lds-distrib:6543
 lds-dump:6544 ldss:6087 ldxp:4042 leaf-1: leaf-2: leaf: lecroy-vicp:1861 leecoposserver:2212 legent-1:373 legent-2:374
 leoip:1886 lexicon: lhtp:1983 liaison: libelle-disc:8282 libelle:8282 liberty-lm:1496 library: libratone:
 licensedaemon:1986 licor: liebdevmgmt-a:3029 liebdevmgmt-c:3027 liebdevmgmt-dm:3028 light:4670 limnerpressure:8191
 link:245 linkname:1903 linktest-s:3747 linktest:3746 linogridengine:12300 linx:1361 lionhead:2611 lipsinc1:1969
 lipsinc:1968 lisp-control:4342 lisp-data:4341 lispworks-orb:3672 listcrt-port-2:3914 listcrt-port:3913
 listmgr-port:3767 livelan:1555 livestats:2795 ljk-login:472 lkcmserver:3278 llm-csv:2814 llm-pass:2813 llmnr:5355
 llrp-secure: llrp:5084 llsurfup-http:1183 llsurfup-https:1184 lm-dta:8206 lm-instmgr:8205 lm-mon:31620
 lm-perfworks:8204 lm-sserver:8207 lm-webwatcher:8208 lm-x:6200 lmcs:4877 lmdp:2623 lmp:701 lms:4056 lmsocialserver:1111
 lnvalarm:2282 lnvconsole:2281 lnvmailmon:2285 lnvmaps:2284 lnvpoller:2280 lnvstatus:2283 loadav:750 loaprobe:1634
 lobby: loc-srv: localinfosrvr:1487 lockstep:2125 locus-con:127 locus-disc:5058 locus-map:125 lofr-lm:1752 logcabin:5254
 logicnode: login:513 logsheetserver: lonbridge: lonewolf-lm:6146 lontalk-norm:1628 lontalk-urgnt:1629 lontalk:
 lonworks2:2541 lonworks:2540 loreji-panel:7026 lorica-in-sec:4081 lorica-in:4080 lorica-out-sec:4083 lorica-out:4082
 lot105-ds-upd:2053 lotusmtap:3007 lotusnote:1352 lpar2rrd:8162 lpcp:1298 lpdg:10805 lpsrecommender:2620 lrp:2090
 lrs-paging:3700 ls3:3069 ls3bcast:3068 lsa-comm:3157 lsdp:11430 lsi-bobcat:5574 lsi-raid-mgmt:2463 lsp-ping:3503
 lsp-self-ping:8503 lstp:2559 lsys-appserver: lsys-camera: lsys-ezcfg: lsys-oamp: ltctcp:3487 ltcudp:3487
 ltp-deepspace:1113 ltp:4044 lumiere: lumimgrd:4741 lumis-lca: lupa:1212 lutap:4912 lutcp:4913 lux-dtp: lv-auth:2147
 lv-ffx:2144 lv-frontpanel:3079 lv-jc:2143 lv-not:2146 lv-pici:2145 lvision-lm:6471 lxi-evntsvc:5044 lxi: lyrics:
 lyskom:4894 m-bus-oms:4503 m-wnn:3732 m2ap:36443 m2mservices:8383 m2pa:3565 m2ua:2904 m30s1pt: m3ap:36444
 m3da-disc:44900 m3da:44900 m3ua:2905 m4-network-as:4345 mac-srvr-admin:660 macbak:4181 macfoh-admin: macfoh-audio:
 macfoh-data: macfoh-db: macfoh-events: macfoh-remote: macfoh: macminder: macon-tcp:456 macon-udp:456
 macromedia-fcs:1935 madcap:2535 madge-ltd:2453 maestro: magaya-network:3691 magbind:3194 magenta-logic:313
 magiccontrol:4902 magicdice: magicnotes:3023 magicom:2243 magpie:5092 mail: mailbox-lm:505 mailbox:2004 mailprox:3936
 mailq:174 maincontrol:2516 mainsoft-lm:1593 maitrd:997 manage-exec:2342 mandos: manet:269 manyone-http:8910
 manyone-xml:8911 mao:2908 mapper-mapethd:3985 mapper-nodemgr:3984 mapper-ws-ethd:3986 mapx:36700 marathontp:8384
 marcam-lm:1444 markem-dcp:3836 martalk:7073 mas: masc:2587 masqdialer:224 matahari:49000 matip-type-a:350
 matip-type-b:351 matrix-fed:8448 matrix-vnet:4360 matrix: matter:5540 matterc: matterd: mavlink: max:6074
 maxim-asics:3276 maxumsp:4179 maytagshuffle:2591 mazepseudo-game: mbap-s:802 mbap:502 mbconsumer: mbg-ctrl:3569
 mbl-battd:4153 mbproducer: mbserver: mbus:47000 mc-appserver:8763 mc-brk-srv:3180 mc-client:1180 mc-comm:9632
 mc-gt-srv:2180 mc2studios:1899 mc3ss:3521 mcagent:1820 mccwebsvr-port:3570 mcer-port:6510 mcftp:6622 mcidas:112
 mck-ivpip:2698 mcns-sec:638 mcns-tel-ret:3311 mcntp:5418 mconnect: mcp-port:3558 mcp:4458 mcrcp: mcreport:8003
 mcs-calypsoicf:3330 mcs-fastmail:3302 mcs-mailsvr:3332 mcs-messaging:3331 mctet-gateway:3116 mctet-jserv:3117
 mctet-master:3115 mctfeed:5598 mctp:1100 md-cg-http:2688 mdap-port:3235 mdbs-daemon:800 mdc-portmapper:685 mdm:7871
 mdns:5353 mdnsresponder:5354 mdqs:666 mdtp:3232 mecomm:668 med-ci:24005 med-fsp-rx:24001 med-fsp-tx:24002 med-ltp:24000
 med-net-svc:24006 med-ovw:24004 med-supp:24003 medevolve:13930 media-agent:2789 mediaboard1: mediabox:46999
 mediacntrlnfsd:2363 mediaspace:3594 mediat:5157 mediatap: mediavault-gui:3673 medimageportal:7720 megaco-h248:2944
 megardsvr-port:3571 megaregsvrport:3572 memcache:11211 menandmice-dns:1337 menandmice-lpm:1231 menandmice-mon:4552
 menandmice-noh:4151 menandmice-upg:4603 mentaclient:2117 mentaserver:2118 mercantile:3398 mercury-disc:9596
 mercurydock: meregister:669 merit-inp: mesamis: mesavistaco:1249 meshcop-e: meshcop: messageasap:6070
 messageservice:2311 meta-corp:6141 meta5:393 metaagent:1897 metaconsole:2850 metaedit-mu:6360 metaedit-se:6370
 metaedit-ws:6390 metagram:99 metalbend:7172 metasage:1207 metastorm:2511 metasys:11001 metatude-mds:6382 meter:
 metricadbc:2622 metrics-pas:1824 mevent:7900 mfcobol:86 mfe-nsp: mfserver:2266 mftp: mgcp-callagent:2727
 mgcp-gateway:2427 mgcs-mfp-port:6509 mgemanagement:4680 mgesupervision:4679 mgxswitch:3070 mi-raysat: miami-bcast:6083
 mib-streaming:2292 mib: mice:5022 micom-pfs:490 microcom-sbp:1680 microdeep: micromuse-lm:1534 micromuse-ncps:7979
 micromuse-ncpw:9600 microsan:20001 microsoft-ds:445 microtalon-com:7014 microtalon-dis:7013 midi2: midnight-tech:3008
 mieleacs: mieleathome: mieleprof: mielesemiprof: mihcs: mihes: mihis: mikey:2269 mil-2045-47001:1581 miles-apart:2621
 mimer:1360 mindarray-ca:9445 mindfilesys:7391 mindprint:8033 minger:4069 mini-sql:1114 minilock:3798 minipay:2105
 minirem:4120 minivend:7786 minotaur-sa:5136 mipi-debug:7606 mipv6tls:7872 mira:3454 miroconnect:1532 mirrtex:4310 mist:
 mit-dov:91 mit-ml-dev: mit-subnet: miteksys-lm:1482 miva-mqs:1277 mkm-discovery:3837 ml-svnet:4171 mle:19788 mles:
 mloadd:1427 mlsn:32801 mma-discovery:4173 mmacomm:4667 mmaeds:4668 mmcal:2272 mmcals:2271 mmcc:5050 mmm: mmpft:1815
 mn-passage: mnet-discovery:5237 mngsuite:9535 mni-prot-rout:3764 mnp-exchange:2197 mns-mail:2593 mobile-file-dl:2926
 mobile-p2p:4688 mobileanalyzer:7869 mobileip-agent:434 mobilip-mn:435 mobilitysrv:6997 mobrien-chat:2031 modolansrv:
 mogeneti-auth: moldflow-lm:1576 molly:1374 mon: moncon: mondex:471 monetra-admin:8666 monetra:8665 moneysync:
 moneyworks: mongodb:27017 monitor:561 monkeycom:9898 monp:3445 montage-lm:6147 moodring: mortgageware:367 mos-aux:10542
 mos-lower:10540 mos-soap-opt:10544 mos-soap:10543 mos-upper:10541 mosaicsyssvc1:1235 mosaixcc:2561 moshebeeri:2627
 mother: mountd:20048 movaz-ssc:5252 movieslate: moy-corp:2488 mp3sushi: mpc-lifenet:1213 mpfoncl:2579 mpfwsas:2952
 mphlpdmc:9344 mpidcagt:9397 mpidcmgr:9343 mpl-gprs-port:3924 mpls-pm:6634 mpls-udp-dtls:6636 mpls-udp:6635 mpm-flags:44
 mpm-snd:46 mpm:45 mpnjsc:1952 mpnjsocl:2685 mpnjsomb:2681 mpnjsomg:2686 mpnjsosv:2684 mpp:218 mppolicy-mgr:5969
 mppolicy-v5:5968 mps-raft:1700 mpshrsv:1261 mpsserver:6106 mpsysrmsvr:3358 mptn:397 mqe-agent:3958 mqe-broker:3957
 mqtt:1883 mrip:4986 mrm:679 mrssrendezvous:7392 ms-alerter:5359 ms-cluster-net:3343 ms-do:7680 ms-ilm-sts:5726
 ms-ilm:5725 ms-la:3535 ms-licensing:5720 ms-mcc:8276 ms-olap1:2393 ms-olap2:2394 ms-olap3:2382 ms-olap4:2383
 ms-rome:569 ms-rule-engine:3132 ms-s-sideshow:5361 ms-shuttle:568 ms-sideshow:5360 ms-smlbiz:5356 ms-sna-base:1478
 ms-sna-server:1477 ms-sql-m:1434 ms-sql-s:1433 ms-streaming:1755 ms-theater:2460 ms-v-worlds:2525 ms-wbt-server:3389
 msdfsr:5722 msdp:639 msdts1:3882 msexch-routing:691 msfrs:4554 msft-dpm-cert:6076 msft-gc-ssl:3269 msft-gc:3268
 msfw-array:2174 msfw-control:3847 msfw-replica:2173 msfw-s-storage:2172 msfw-storage:2171 msg-auth:31 msg-icp:29
 msgclnt:8786 msgsrvr:8787 msgsys:9594 mshnet:1989 mshvlm:6600 msi-cps-rm-disc:8675 msi-cps-rm:8675 msi-selectplay:2871
 msiccp:1731 msims:1582 msl-lmd:1464 mslingshot: msmq:1801 msnp:1863 msolap-ptp2:2725 msp-os:4686 msp:
 msr-plugin-port:3931 msrp:2855 msrps: msss:7742 mstmg-sstp:6601 msync:2072 mt-scaleserver:2305 mtcevrunqman:4558
 mtcevrunqss:4557 mti-tcs-comm:2469 mtl8000-matrix:8115 mtn:4691 mtp:1911 mtport-regist:2791 mtportmon:7421 mtqp:1038
 mtrace:33435 mtrgtrans:19398 mtsserver:4602 mttp: multicast-ping:9903 multiling-http:777 multip-msg:3733 multiplex:171
 mumble: mumps:188 munin:4949 mupdate:3905 murray:1123 murx:2743 muse:6888 musicmachine: musiconline:1806
 must-backplane:3515 must-p2p:3514 mux: mvel-lm:1574 mvs-capacity:10007 mvx-lm:1510 mxi:8005 mxim-art2: mxim-ice:
 mxit:9119 mxodbc-connect:6632 mxomss:1141 mxs: mxxrlogin:1035 myblast:3795 mylex-mapd:467 mylxamport:2981
 mynahautostart:2388 myq-termlink:11108 myrtle:1831 mysql-cluster:1186 mysql-cm-agent:1862 mysql-im:2273
 mysql-proxy:6446 mysql:3306 mysqlx:33060 mysync: mzap:2106 mzca-action:7282 mzca-alert:7282 n1-fwp:4446 n1-rmgmt:4447
 n2h2server:9285 n2nremote:1685 n2receive:9286 na-er-tip:3725 na-localise:5062 naap:1340 nacagent:4407 nacnl:4361 naio:
 name:42 namemunge:3950 nameserver:42 namp:167 nani:2236 nas-metering:2286 nas:991 nasmanager:1960 nasmon: nasunifiler:
 natdataservice:3927 nati-dstp:3015 nati-logos:2343 nati-svrloc:3580 nati-vi-server:3363 nattyserver:3753 natuslink:2895
 nav-data-cmd:6317 nav-data:6317 nav-port:3859 navbuddy:1288 navegaweb-port:3159 navisphere-sec:2163 navisphere:2162
 nbd:10809 nbdb:13785 nbt-pc:5133 nbt-wol:6133 nburn-id:20034 nbx-au:2094 nbx-cc:2093 nbx-dir:2096 nbx-ser:2095
 ncacn-ip-tcp:3062 ncadg-ip-udp:3063 ncbroadcast: ncconfig:1888 ncdirect: ncdloadbalance:2683 ncdmirroring:2706 nced:404
 ncl:2397 ncld:405 ncount-issuer: ncp:524 ncpm-ft:1744 ncpm-hip:1683 ncpm-pm:1591 ncpu:17010 ncr-ccl:2528 ncsyncserver:
 ncu-1:3195 ncu-2:3196 ncube-lm:1521 ncxcp:5681 ndi: ndl-aas:3128 ndl-ahp-svc:6064 ndl-als:3431 ndl-aps:3096
 ndl-tcp-ois-gw:2738 ndm-agent-port:43189 ndm-requester:1363 ndm-server:1364 ndmp:10000 ndmps:30000 ndn:6363 ndnp:2883
 nds-sso:3024 ndsauth:353 ndsconnect:3890 ndsp:2881 ndtp:2882 nec-raidplus:2730 neckar:37475 necp:3262 nedap-aepu:
 nei-management:3886 neo4j:7474 neod1:1047 neod2:1048 neoiface:1285 neon24x7:3213 neoriders: nerv:1222 nesh-broker:3507
 nessus:1241 nest-protocol:489 net-assistant:3283 net-device:4350 net-projection:5363 net-steward:2128 net2display:9086
 net8-cman:1830 netadmin:2450 netagent:5771 netangel:2442 netapp-icdata:11105 netapp-icmgmt:11104 netapp-sync:10006
 netarx:1040 netaspi:2902 netattachsdmp:3066 netbill-auth:1615 netbill-cred:1614 netbill-keyrep:1613 netbill-prod:1616
 netbill-trans:1612 netbios-dgm:138 netbios-ns:137 netbios-ssn:139 netblox:4441 netblt: netbookmark:3131
 netboot-pxe:3928 netcabinet-com:4409 netcelera:3701 netchat:2451 netcheque:4008 netclip:2971 netcomm1:1676
 netcomm2:1676 netconf-beep: netconf-ch-ssh:4334 netconf-ch-tls:4335 netconf-ssh:830 netconf-tls:6513 netconfsoapbeep:
 netconfsoaphttp: netcp:395 netdb-export:1329 neted: neteh-ext:3829 neteh:3828 netgw:741 netinfo-local:1033
 netiq-endpoint:10113 netiq-endpt:10115 netiq-mc:2735 netiq-ncap:2219 netiq-qcheck:10114 netiq-voipa:10116 netiq:2220
 netlabs-lm:1406 netmagic:1196 netmap-lm:1493 netml:2288 netmo-default:6841 netmo-http:6842 netmon:2606 netmount:2061
 netmpi:3827 netnews:532 neto-dcs:3814 neto-wol-server:3812 netobjects1:2485 netobjects2:2486 netop-rc:1970
 netop-school:1971 netopia-vo1:1839 netopia-vo2:1840 netopia-vo3:1841 netopia-vo4:1842 netopia-vo5:1843
 netops-broker:5465 netperf:12865 netplan:2983 netplay-port1:3640 netplay-port2:3641 netport-id:3129 netrcs:742
 netready: netrek:2592 netrestore: netrisk:1799 netrix-sftm:2328 netrjs-1:71 netrjs-2:72 netrjs-3:73 netrjs-4:74 netrjs:
 netrockey6:4425 netsc-dev:155 netsc-prod:154 netscript:4118 netserialext1:16360 netserialext2:16361 netserialext3:16367
 netserialext4:16368 netspeak-acd:21848 netspeak-cps:21849 netspeak-cs:21847 netspeak-is:21846 netsteward:2810
 netsupport2:5421 netsupport:5405 nettest:4138 nettgain-nms:1879 netuitive:1286 netview-aix-10:1670 netview-aix-11:1671
 netview-aix-12:1672 netview-aix-1:1661 netview-aix-2:1662 netview-aix-3:1663 netview-aix-4:1664 netview-aix-5:1665
 netview-aix-6:1666 netview-aix-7:1667 netview-aix-8:1668 netview-aix-9:1669 netviewdm1:729 netviewdm2:730
 netviewdm3:731 netvu-video: netwall:533 netware-csp:1366 netware-ip:396 netwatcher-db:3204 netwatcher-mon:3203
 netwave-ap-mgmt:2411 netwkpathengine:3209 networklens:3409 networklenss:3410 netx-agent:2586 netx-server:2585
 netxms-agent:4700 netxms-mgmt:4701 netxms-sync:4702 neveroffline:2614 new-rwho:550 newbay-snc-mc:16900 newgenpay:3165
 newlixconfig:2076 newlixengine:2075 newlixreg:2671 newoak:4001 news:2009 newton-dock:3679 newwavesearch:2058
 nexentamv:8457 nexgen-aux:6629 nexgen:6627 nexstorindltd:2360 nextcap: nextstep:178 nexus-portal:4021 nfa:1155
 nfapi:7701 nfile: nfoldman:7393 nfs-domainroot: nfs:2049 nfsd-keepalive:1110 nfsrdma:20049 ng-control:38412
 ng-umds:1690 ngr-keydist: nhci:3842 nhserver:2672 ni-ftp: ni-mail: ni-rt: ni-sysapi: ni-visa-remote:3537 ni:
 nicelink:1095 nicetec-mgmt:2557 nicetec-nmsvc:2556 nicname:43 nifty-hmi:4134 nikatron-dev:8061 nilinkanalyst:25902
 nim-vdrshell:6420 nim-wan:6421 nim:1058 nimaux:3902 nimbusdb:48004 nimbusdbctrl:48005 nimcontroller:48000 nimgtw:48003
 nimhub:48002 nimreg:1059 nimrod-agent:1617 nimsh:3901 nimspooler:48001 ninaf:5627 niobserver:25901 nip:376
 niprobe:25903 nirp:4043 nitrogen:7725 njenet-ssl:2252 nkd:1650 nlg-data:5299 nlogin:758 nls-tl:7549 nm-asses-admin:3150
 nm-assessor:3151 nm-game-admin:3148 nm-game-server:3149 nmap:689 nmasoverip:1242 nmc-disc:10810 nmea-0183:10110
 nmea-onenet:10111 nmmp:3649 nms-dpnss:2503 nms-topo-serv:1486 nms:1429 nmsd:1239 nmsigport: nmsp: nmsserver:2244
 nnp:3780 nnsp:433 nntp:119 nntps:563 noaaport:2210 noadmin:1921 noagent:1917 nod-client:8981 nod-provider:8980 nodel:
 noit-transport:43191 nokia-ann-ch1:3405 nokia-ann-ch2:3406 nomad:5209 nomdb:13786 norp:1528 norton-lambert:2338
 notateit-disc:4803 notateit:4803 noteit:4663 noteshare:8474 noteza:5215 notezilla-lan:21010 notify-srvr:3016 notify:773
 novar-alarm:23401 novar-dbase:23400 novar-global:23402 novastorbakcup:308 novation:1322 novell-ipx-cmd:2645
 novell-lu6-2:1416 novell-zen:2544 nowcontact:3167 npdbgmngr:2293 npds-tracker:3680 npep-messaging:2868 npmp-gui:611
 npmp-local:610 npmp-trap:609 npmp:8450 npp: nppmp:3476 npqes-test:4703 npsp:4088 nq-ap:36424 nq: nqs:607 nrcabq-lm:1458
 nrpe:5666 ns-cfg-server:3266 ns-server:5415 ns:760 nsc-ccs:2604 nsc-posa:2605 nsdeepfreezectl:7724 nsesrvr:9988
 nsiiops:261 nsjtp-ctrl:1687 nsjtp-data:1688 nsp:5012 nsrp:7170 nss-routing:159 nss:4159 nssagentmgr:4454
 nssalertmgr:4453 nssocketport:3522 nsstp:1036 nst:4687 nsw-fe:27 nsws:3049 nta-ds:7544 nta-us:7545 ntalk:518 ntlx-arch:
 ntlx-ent: ntlx-video: ntp:123 ntske:4460 ntx: ntz-p2p-storage:6778 ntz-tracker:6777 nuauth:4129 nucleus-sand:1201
 nucleus:1463 nufw:4128 nupaper-ss:12121 nusdp-disc:49001 nusdp: nusrp:49001 nut:3493 nuts-bootp:4133 nuts-dem:4132
 nuxsl:5991 nv-video:4444 nvc:8711 nvcnet:3999 nvd: nvme-disc:8009 nvme:4420 nvmsgd:3519 nvp-ii: nw-license:3697
 nxedit:126 nxlmd:28000 o2server-port:1894 oa-system:8022 oak: obex:650 obf: objcall:94 objective-dbc:1388 objective:
 objectmanager:2038 obrpd:1092 observium-agent:36602 oc-lm:1448 oca: ocasec: ocaws: ocbinder:183 oce-snmp-trap:2697 oce:
 oceansoft-lm:1466 ocs-amu:429 ocs-cmu:428 ocserver:184 octopus:10008 octopustentacle:10933 od-master: odabsharing:
 odbcpathway:9628 odette-ftp:3305 odette-ftps:6619 odeumservlink:3523 odi-port:3187 odisk: odmr:366 odn-castraq:2498
 odnsp:9966 odsi:1308 oem-agent:3872 oemcacao-jmxmp:11172 oemcacao-rmi:11174 oemcacao-websvc:11175 office-tools:7789
 officelink2000:3320 officetime-sync: ofocus-conf: ofocus-sync: ofsd:2322 ogs-client:9007 ogs-server:9008 ohimsrv:506
 ohmtrigger:4732 ohsc:18186 oi-2000:2364 oidocsvc:4142 oidsr:4143 oirtgsvc:4141 oktaauthenticat:8769 ola: olhost:2661
 ollama:11434 olpc-activity1: olsr:698 olsv:1160 oma-bcast-sg: oma-dcdocbs:7278 oma-ilp-s:7277 oma-ilp:7276
 oma-mlp-s:9211 oma-mlp:9210 oma-rlp-s:7274 oma-rlp:7273 oma-ulp:7275 omabcastltkm:4359 omadm-bootstrap: omasgport:4090
 omginitialrefs:900 omhs:5723 omni-bookmark: omni-live: omnilink-port:3904 omnisky:2056 omnistate: omnivision:1135
 omnivisionesx:4395 oms-nonsecure:5102 oms:4662 omscontact:4161 omsdk:5724 omserv:764 omstopology:4162 omviagent:4429
 omviserver:4428 onbase-dds:2185 onehome-help:2199 onehome-remote:2198 onenet-info: onenet-pairing: onenet-pgn:
 onep-tls:15002 onesaf:3244 onmux:417 onpsocket:5014 onscreen:5080 ontime:1622 ontobroker:2267 oob-ws-http:623
 oob-ws-https:664 op-probe:7030 opalis-rbt-ipc:5314 opalis-rdv:536 opalis-robot:314 opc-job-start:423 opc-job-track:424
 opcon-xps:3100 opcua-tcp:4840 opcua-tls:4843 opcua-udp:4840 openbase: opencm:3434 opencore:4089 opencu:
 opendeploy:20014 openflow:6653 openhpid:4743 openit:7478 openmail:5729 openmailg:5755 openmailns:5766 openmailpxy:5768
 openmath:1473 opennl-voice:1259 opennl:1258 openpath: openport:260 openqueue:8764 openremote-ctrl:8688
 openstack-id:35357 opentable:2368 opentelemetry:4317 opentrac:3855 openvms-sysipc:557 openvpn:1194 openwebnet:20005
 opequus-server:2400 opi-sock:7429 opnet-smp:3433 oprofile: opsec-cvp:18181 opsec-ela:18187 opsec-lea:18184
 opsec-omi:18185 opsec-sam:18183 opsec-uaa:19191 opsec-ufp:18182 opsession-clnt:3303 opsession-prxy:3307
 opsession-srvr:3304 opsmessaging:8090 opsmgr:1270 opsview-envoy:4125 opswagent:3976 opswmanager:3977
 optech-port1-lm:2237 optika-emedia:1829 optilogic:2435 optima-vnet:1051 optiwave-lm:2524 optocontrol:22001
 optohost002:22002 optohost003:22003 optohost004: opus-services:3718 ora-lm:1446 ora-oap:5575 oracle-em1:1748
 oracle-em2:1754 oracle-ms-ens:8997 oracle-oms:1159 oracle-vp1:1809 oracle-vp2:1808 oracle:2005 oracleas-https:7443
 oraclenames:1575 oraclenet8cman:1630 orasrv:1525 orbiter:2398 orbix-cfg-ssl:3078 orbix-config:3076 orbix-loc-ssl:3077
 orbix-locator:3075 orbixd:1570 orbplus-iiop:1597 ordinox-dbase:3355 ordinox-server:3274 origo-native:3001
 origo-sync:11103 orion-rmi-reg:2413 orion:2407 oro: ortec-disc:40853 os-licman:1384 osaut:6679 osb-sd:400 oscit:
 osdcp:3432 osm-appsrvr:9990 osm-oev:9991 osmosis-aeea:3034 osp:5045 ospf-lite:8899 ospf: osu-nms:192 osvr:7728
 otlp:6951 otmp:29167 otp:9390 otpatch:2936 ott:2428 ottp:2951 otv:8472 outlaws:5310 ov-nnm-websrv:3443
 ovalarmsrv-cmd:2954 ovalarmsrv:2953 ovbus:7501 oveadmgr:7427 ovhpas:7510 ovladmgr:7428 ovobs:30999 ovready:
 ovrimosdbman:2956 ovsam-d-agent:3870 ovsam-mgmt:3869 ovsdb:6640 ovsessionmgr:2389 ovtopmd:2532 ovwdb:2447
 owamp-control:861 owamp-test:861 owhttpd: owms:7878 owserver:4304 p-net-local:34378 p-net-remote:34379 p25cai:6082
 p2pchat: p2pcommunity:3955 p2pevolvenet:8004 p2pgroup:3587 p2pq:1981 p2pstorage-sec: p4p-portal:6671 p4runtime:9559
 p6ssmc:4311 pace-licensed:31400 pacerforum:1480 pacmand:1307 pacom:3435 padl2sim:5236 pads:7237 pafec-lm:7511
 paging-port:3771 pago-services1:30001 pago-services2:30002 pairandshare: palace-1:9992 palace-2:9993 palace-3:9994
 palace-4:9995 palace-5:9996 palace-6:9997 palcom-disc:6657 pammratc:1632 pammrpc:1633 pana:716 panagolin-ident:9021
 panasas:3095 pangolin-laser:3348 panoply: panquest-xact:1980 papachi-p2p-srv:8027 parabay-p2p: paradym-31port:1864
 paragent:9022 parallel:4989 parentcontrol: parity: park-agent:5431 parliant:4681 parsec-game:6582 parsec-master:6580
 parsec-peer:6581 partimage:4025 passgo-tivoli:627 passgo:511 password-chg:586 passwordwallet: passwrd-policy:1333
 patrol-coll:6162 patrol-ism:6161 patrol-mq-gm:2664 patrol-mq-nm:2665 patrol-snmp:8161 patrol:8160 patrolview:4097
 pawserv:345 pay-per-view:1564 paycash-online:8128 paycash-wbp:8129 payload-app: payrouter:1246 pblr:
 pc-mta-addrmap:2246 pc-telecommute:2299 pcanywheredata:5631 pcanywherestat:5632 pcast: pcc-image-port:3892 pcc-mfp:2256
 pcep:4189 pcia-rxp-b:1332 pciarray:1552 pcihreq:3085 pcle-infex:3189 pclemultimedia:2558 pcmail-srv:158 pcmail:
 pcmk-remote:3121 pcoip-mgmt:5172 pcoip:4172 pconnectmgr:1562 pcp-multicast:5350 pcp:5351 pcptcpservice:4182
 pcs-pcw:2566 pcs-sf-ui-man:6655 pcsync-http:8444 pcsync-https:8443 pctrader:3048 pcttunnell:2274 pd-admin:9597
 pda-data:3253 pda-gate:4012 pda-sys:3254 pdap-np:1526 pdap:344 pdb:3033 pdefmns:16311 pdl-datastream:9100 pdnet:2843
 pdp:1675 pdps:1314 pdrncs:3299 pds:9595 pdtp:6086 pduncs:16310 pe-mike:1305 peerbook-port:3135 peerwire:9104
 pegasus-ctl:9279 pegasus:9278 pegboard:1357 pehelp:2307 pentbox-sim:6817 peocoll:9631 peoctlr:9630 peport:1449
 perf-port:1995 perfd:5227 perimlan:4075 periscope:1230 permabit-cs:5312 perrla:4313 persona:1916 personal-agent:5555
 personal-link:281 personalos-001:3557 personnel:3109 pfcp:8805 pftp:662 pfu-prcallback:3208 pgbackrest:8432
 pgbouncer:6432 pgpkey-hkp: pgpkey-http: pgpkey-https: pgpkey-ldap: pgpkey-mailto: pgps:9280 ph:481 pharmasoft:1779
 pharos:4443 philips-vc:583 phoenix-rpc:3347 phonebook:767 phonex-port:3177 photoparata: photoshow: photosmithsync:
 photuris:468 phrelay:4868 phrelaydbg:4869 piccolo:2787 pichat:9009 picknfs:1598 picodbc:1603 pictrography:1280 pictua:
 piesync: pim-port:8471 pim-rp-disc:496 ping-pong:3010 pinghgl:4306 pip: pipe-server:2010 pipedal: pipes:1465
 piranha1:4600 piranha2:4601 pirp:553 pit-vpn:2865 piu: pixelpusher:5078 pjj-player-disc:4416 pjj-player:4416
 pjlink:4352 pk-electronics:2634 pk:5272 pkagent:3118 pkix-3-ca-ra:829 pkix-cmc:5318 pkix-timestamp:318 pkixrep:
 pkt-krb-ipsec:1293 pktcable-cops:2126 pktcablemmcops:3918 plato-lm:1819 plato:3285 playsta2-app:4658 playsta2-lob:4659
 plbserve-port:3933 plcy-net-svcs:4351 plethora:3480 plex:32400 plgproxy:2790 pluribus:3469 plysrv-http:6770
 plysrv-https:6771 pm-cmdsvr:5112 pmas:4066 pmcd:44321 pmcp:3821 pmcs:6355 pmd:7431 pmdfmgt:7633 pmdmgr:7426
 pmip6-cntl:5436 pmip6-data:5437 pmproxy:44322 pmsm-webrctl:2972 pmwebapi:44323 pn-requester2:2718 pn-requester:2717
 pnaconsult-lm:2937 pnbs:6124 pnbscada:3875 pnet-conn:7797 pnet-enc:7798 pnrp-port:3540 pns:2487 poch: pochi:
 podcastproxy: pokeeye: polestar:1060 policyserver:3055 pon-ictp:7202 pop2:109 pop3:110 pop3s:995 popup-reminders:7787
 portgate-auth:3710 postgresql:5432 pov-ray:494 poweralert-nsa:4150 powerburst:485 powerclientcsf:2443 powereasy-erp:
 powereasy-pos: powerexchange:2480 powergemplus:2899 powerguardian:1777 poweronnud:3168 powerschool:5071
 powwow-client:13223 powwow-server:13224 ppactivation:5134 ppcontrol:2505 pplayer-ctrl: ppp: ppsms:3967 ppsuitemsg:5863
 pptconference:1711 pptp:1723 pq-lic-mgmt:2687 pqsflows:9640 pqsp:28001 pra-elmd:1587 prat:1264 prchat-server:4456
 prchat-user:4455 precise-comm:5630 precise-i3:3607 precise-sft:2315 precise-vip:2924 predatar-comms:1753 prelude:4690
 pres: presence:5298 presonus-ucnet:47809 press:3582 prex-tcp:4487 prgp:7747 primaserver:6105 princity-agent:6716
 print-caps: print-srv:170 printer-agent:3396 printer:515 printopia:10631 priority-e-com:2618 prism-deploy:3133
 prismiq-plugin:3650 privateark:1858 privatechat:1735 privatewire:4449 privilege:2588 privoxy:8118 prizma:2039
 prm-nm-np:1403 prm-nm:409 prm-sm-np:1402 prm-sm:408 prm: prnrequest:3910 prnstatus:3911 pro-ed:8032 proactivate:24678
 proactivesrvr:2722 proaxess:3961 procos-lm:3248 prodigy-intrnet:1778 productinfo:1283 profile:136 profilemac:4749
 profinet-cm:34964 profinet-rt:34962 profinet-rtm:34963 progistics:3973 programmar:15999 prolink:1678 prolog:
 proofd:1093 propel-msgsys:1268 proremote:8183 proshare-mc-1:1673 proshare-mc-2:1674 proshare1:1459 proshare2:1460
 proshareaudio:5713 prosharedata:5715 prosharenotify:5717 prosharerequest:5716 prosharevideo:5714 prospero-np:1525
 prospero:191 protonet: proxim:1732 proxima-lm:1445 proxy-gateway:2303 prp:2091 prregister:4457 prsvp:3455 ps-ams:3658
 ps-capture-pro:7216 ps-server:7215 psap: psbserver:2350 pscl-mgt:4312 pscribe:6163 pscupd:3453 psdbserver:2355
 pserver:3662 psi-ptt:4374 psia: psl-management:5507 pslicser:4168 pslserver:2352 psmond:1788 psprserver:2354
 pspserver:2353 psqlmws:38638 psrserver:2351 psrt:2873 pss:7880 pssc:645 pstmailsync-ssl: pstmailsync: pt-tls:271
 pt2-discover:1101 ptcnameservice:597 ptk-alink:3089 ptnetprosrv2: ptp-event:319 ptp-general:320 ptp-init: ptp-req:
 ptp:15740 publiqare-sync:4329 pulsar: pulsonixnls:6140 pump:751 pumpkindb:9981 pup: puparp:998 puppet:8140
 puprouter:999 purenoise:663 purityrpc:8117 pushns:7997 puzzle: pvaccess:5075 pvsw-inet:2441 pvsw:2520 pvuniwien:1081
 pvxpluscs:4093 pvxplusio:4193 pwdgen:129 pwdis:3735 pwgippfax:3951 pwgpsi:3800 pwgwims:4951 pwrsevent:2694
 pxc-epmap:2434 pxc-ntfy:3009 pxc-pin:4005 pxc-roid:4004 pxc-sapxom:2680 pxc-splr-ft:4003 pxc-splr:4007 pxc-spvr-ft:4002
 pxc-spvr:4006 pyrrho:5433 q3ade:7794 q55-pcc:1253 qadmifevent:2462 qadmifoper:2461 qb-db-server:10160 qbdb:8019
 qbikgdp:368 qbox: qcp:5082 qdb2service:45825 qencp:2120 qfp:5083 qft:189 qftest-licserve:5543 qftest-lookup:3543
 qip-audup:2765 qip-login:2366 qip-msgd:2468 qip-qdhcp:2490 qke-llc-v3:2523 qmqp:628 qmtp:209 qmtps:6209 qmvideo:5689
 qnts-orb:1262 qnxnetman:3385 qo-secure:7913 qolyester:6980 qotd:17 qotps:2724 qpasa-agent:2612 qptlmd:10055 qrh:752
 qsm-gui:1165 qsm-proxy:1164 qsm-remote:1166 qsnet-assist:4356 qsnet-cond:4357 qsnet-nucl:4358 qsnet-trans:4354
 qsnet-workst:4355 qsoft:3059 qt-serveradmin:1220 qtms-bootstrap:3850 qtp:2935 qttp: quad: quaddb:2497 quailnet:5464
 quake:26000 quantastor:8153 quartus-tcl:2589 quasar-server:3599 qubes:1341 quest-agent:3843 quest-data-hub:3566
 quest-disc:7040 quest-vista:7980 questdb2-lnchr:5677 questnotify:3554 queueadm:2230 quickbooksrds:3790 quicksuite:2900
 quinn: quosa:4841 quotad:762 quote: qvr:5028 qwave:2177 qwizcollab: raadmin:5676 racf:18136 radan-http:8088
 radclientport:3178 radec-corp:5430 radg:6789 radicle-node: radio-bc:1596 radio-sm:1596 radio:1595 radioepg: radioport:
 radiotag: radiovis: radius-acct:1813 radius-dynauth:3799 radius:1812 radiusdtls: radiustls: radix:2872 radmin-port:4899
 radmind:6222 radpdf:18104 rads:12302 radsec:2083 radware-rpm-s:2189 radware-rpm:2188 radwiz-nms-srv:2736 raid-ac:2012
 raid-am: raid-cc:2011 raid-cd: raid-cs:2015 raid-sf:2014 railduino: railgun-webaccl:2408 rakket: ramp:7227 rancher:9345
 raop: rap-ip:3813 rap-listen:1531 rap-service:1530 rap: rapi:2176 rapidbase:1953 rapidmq-center:3093 rapidmq-reg:3094
 rapido-ip:2457 rapta: raqmon-pdu:7744 rarp: rasadv:9753 ratio-adp:1108 ratl:2449 ratp: ravehd:4037 raven-rdp:3533
 raven-rmp:3532 raventbs:2713 raventdm:2714 raw-serial:2167 raxa-mgmt:6099 razor:3555 rbakcup1:2773 rbakcup2:2774
 rblcheckd:3768 rbr-debug:44553 rbr-discovery:3553 rbr: rbsystem:5693 rbt-smc:7870 rbt-wanopt:7810 rcc-host:2332 rce:
 rcip-itu:2225 rcp:469 rcst:3467 rcts:2258 rda: rdb-dbs-disp:1571 rdc-wh-eos:3142 rdcenter:4756 rdgs:16385 rdlap:2321
 rdm-tfs:21553 rdmnet-ctrl:5569 rdmnet-device:5569 rdp: rdrmshc:1075 rds-ib:18634 rds-ip:18635 rds2:1541 rds:1540
 re-conn-proto:1306 re-mail-ck:50 re101:1343 reachout:43188 realm-rusd:688 realplayfavs: realsecure:2998 rebol:2997
 recipe-box: recipe-sharing: recipe:2240 recolive-cc: recordit-itp: recvr-rc-disc:43000 recvr-rc:43000 redis:6379
 redstone-cpss:2928 redstorm-diag:2349 redstorm-find:2347 redstorm-info:2348 redstorm-join:2346 redwood-chat:3032
 reftek:2543 registrar:1712 relief:1353 rellpack:2018 reload-config:6084 remcap:4731 remctl:4373 remographlm:2373
 remote-as:1053 remote-collab:2250 remote-kis:185 remote-winsock:1745 remote: remotebuddy: remoteburn: remotedeploy:3789
 remotefs:556 remoteware-cl:3000 remoteware-srv:3002 remoteware-un:2999 renderpipe: rendezvouspong: renkara-sync:
 repcmd:641 repliweb:2837 repscmd:653 repsvc:6320 res-sap:3163 res:1942 resacommunity:1154 rescap:283 resol-vbus:
 resorcs:4733 resource-mgr:3019 responselogic:2886 responsenet:3045 restconf-ch-tls:4336 retp:32811 retrospect:497
 rets-ssl:12109 rets:6103 reversion:5842 rexecj:8230 rfa:4672 rfb:5900 rfbc: rfe:5002 rfid-rp1:4684 rfid: rfile:750
 rfio:3147 rfmp:2249 rfx-lm:1497 rgb: rgtp:1431 rhp-iibp:1912 rib-slm:3296 ricardo-lm: rich-cp:2057 rid:4590
 ridgeway1:2776 ridgeway2:2777 rift-lies:914 rift-ties:915 rimf-ps:2209 rimsl:2044 riousbprint: rip: ripng:521
 ris-cm:748 ris:180 rise:7473 rjcdb-vcards:9208 rje:5 rkb-oscs:1817 rlm-admin:5054 rlm-disc:5053 rlm:5053 rlp:39
 rlzdbase:635 rmc:657 rmiactivation:1098 rmiaux:10990 rmiregistry:1099 rmlnk:2818 rmonitor-secure:5145 rmonitor:560
 rmopagt:2959 rmpp:1121 rms-agent:5994 rmt:411 rmtserver:2416 rna:25471 rndc:953 rnm:3844 rnmap:3418 rnrp:2423 roambot:
 robcad-lm:1509 robix:9599 roboeda:2920 roboer:2919 robot-remote:8270 robotraconteur:48653 robustirc: roce:4791
 rockwell-csp2:2223 rocrail:8051 roketz:1730 roku-rcp: rome:7663 roomcast-capi: roomcast-mapi: rootd:1094 rothaga:7117
 routematch:1287 router:520 roverlog:3677 rp-reputation:6568 rpas-c2:5906 rpasswd:774 rpc2portmap:369 rpi:2214
 rpki-rtr-tls:324 rpki-rtr:323 rprt:3064 rql: rr-disc: rrac:5678 rradict: rrdp:5313 rrh:753 rrifmm:1696 rrilwm:1695
 rrimwm:1694 rrirtr:1693 rrisat:1697 rrp:648 rs-pias:13217 rs-rmi:3736 rs-status:45002 rsap:1647 rsc-robot:1793
 rscd:5750 rscs:10201 rsf-1:1195 rsh-spx:222 rsip:4555 rsisysaccess:2752 rsmp-server: rsms:10201 rsmtp:2390 rsom:2889
 rsqlserver:4430 rsvd:168 rsvp-encap-1:1698 rsvp-encap-2:1699 rsvp-tunnel:363 rsync:873 rt-classmanager:35004
 rt-devicemapper:35003 rt-event-s:3707 rt-event:3706 rt-helper:35006 rt-labtracker:35005 rt-sound:35002 rt-viewer:35001
 rtc-pm-port:3891 rtcm-sc104:2101 rtelnet:107 rtimeviewer:6900 rtip:771 rtmp-port:3500 rtnt-1:3137 rtnt-2:3138
 rtps-dd-mt:7402 rtps-dd-ut:7401 rtps-discovery:7400 rtraceroute:3765 rtsclient:2501 rtsp-alt:8554 rtsp:554 rtsps:322
 rtsserv:2500 rubygems: rugameonline:5156 rusb-sys-port:3422 rushd:696 rvd: rvs-isdn-dcp:2578 rwhois:4321 rwp:30100
 rxapi:10010 rxe:761 rxmon:1311 rxxmiele: rym-rrc: s-bfd:7784 s-net:166 s-openmail:5767 s1-control:36412 s102:23272
 s3db:2278 s8-client-port:3153 sa-msg-port:1646 sabams:2760 sabarsd:8401 sabp-signal:3452 sac:8097 sacred:1118
 safarimenu: safetynetp:40000 saft:487 sage-best-com1:14033 sage-best-com2:14034 sagectlpanel:3698 sagxtsds:4952
 sah-lm:3291 sais:1426 saiscm:1501 saiseh:1644 saism:1436 sal:21801 salient-dtasrv:5409 salient-mux:5422
 salient-usrmgr:5410 sallingbridge: sallingclicker: saltd-licensing:29000 salutafugijms: samd:3275 samsung-disc:30832
 samsung-unidex:4010 sanavigator:4033 sandpolis:8768 sandvox: sane-port:6566 sanity:643 santak-ups:3038 santools:4079
 saphostctrl:1128 saphostctrls:1129 sapms:9310 sapv1:9875 saratoga:7542 saris:4442 sas-remote-hlp:3755 sasg:3744
 sasggprs:3964 sasp:3860 sat-expak: sat-mon: satvid-datalnk: sauterdongle:25576 savagesoft: savant:3391 sbackup:5163
 sbcap:29168 sbi-agent:3962 sbl:1039 sbook:1349 sc-golf: scaleft:4421 scan-change:2719 scanner: scanstat-1:1215
 scc-security:582 sccip-media:3499 sceanics:5435 scenccs:7129 scenidm:7128 schdca: schick: schims: schlog: schmpp:
 schoms: schsap: schsrmp: schvpp: scientia-sdb:1811 scientia-ssdb:2121 scinet:7708 scintilla:19007 scipticslsrvr:2577
 sco-aip:5307 sco-dtmgr:617 sco-inetmgr:615 sco-peer-tta:5427 sco-sysmgr:616 sco-websrvrmg3:598 sco-websrvrmgr:620
 scohelp:457 scoi2odialog:360 scol:1200 scone: scoop-sftp: scoremgr:2034 scotty-disc:14002 scotty-ft:14000
 scp-config:10001 scp:3820 scpi-raw:5025 scpi-telnet:5024 scrabble:2026 screencast:1368 scriptview:7741 scscp:26133
 scservp:3637 scte104:5167 scte30:5168 sctp-tunneling:9899 scup-disc:6315 scup:6315 scx-proxy:470 sd-capacity:2384
 sd-data:2385 sd-elmd:1681 sd-request:2384 sd:9876 sdbproxy:3562 sdclient:2310 sddp:1163 sde-discovery:5152 sdfunc:2046
 sdhelp:2308 sdl-ets:5081 sdmmp:5573 sdnskmp:558 sdo-ssh:3897 sdo-tls:3896 sdo:3635 sdp-id-port:3242 sdp-portmapper:3935
 sdproxy:1297 sdr:9010 sds-admin:2705 sds:5059 sdsc-lm:1537 sdserver:2309 sdsharing: sdt-lmd:3319 sdt:5568
 sdtvwcam:24666 seagull-ais:1208 seagulllms:1291 seaodbc:2471 search-agent:1234 search:2010 seaview:3143
 sec-ntb-clnt:32635 sec-pc2fax-srv:9402 sec-t4net-clt:9401 sec-t4net-srv:9400 seclayer-tcp:3495 seclayer-tls:3496
 secrmmsafecopya:38865 secure-cfg-svr:3978 secure-mqtt:8883 secure-ts:9318 securitychase:5399 see: seecard: seispoc:2254
 semantix:361 semaphore:3255 semi-grpc:8710 send:169 senip:3898 senomix01:8052 senomix02:8053 senomix03:8054
 senomix04:8055 senomix05:8056 senomix06:8057 senomix07:8058 senomix08:8059 sent-lm:2316 senteo-http: sentillion-vlc:
 sentillion-vlt: sentinel-ent:3712 sentinel-lm:5093 sentinel:3588 sentinelsrm:1947 sentlm-srv2srv:5099 sep:2089
 sepvsync: seraph:4076 sercomm-scadmin:6108 sercomm-wlink:2235 serendipd: serialgateway:1243 server-find:8351
 serverdocs:10548 servereye: servergraph:1251 servermgr: serverstart:9213 serverview-as:3169 serverview-asn:3170
 serverview-gf:3171 serverview-icc:3173 serverview-rm:3172 serverviewdbms:9212 serverwsd2:5362 servexec:2021
 service-ctrl:2367 servicemeter:2603 services: servicetags:6481 servistaitsm:3636 servserv:2011 servstat:633
 sesi-lm:1714 sessionfs: set:257 setlistmaker-rc: setlistmaker-ss: sf-lm:4546 sflm:3162 sflow:6343 sfm-db-server:5636
 sfmsso:5635 sfs-config:452 sfs-smp-net:451 sftdst-port:3230 sftp-ssh: sftp:115 sftsrv:1303 sftu:3326 sg-lm:1659
 sgcip:16950 sgcp:440 sge-exec: sge-execd:6445 sge-qmaster:6444 sgi-arrayd:5434 sgi-dmfmgr:11109 sgi-esphttp:5554
 sgi-eventmond:5553 sgi-lk:11106 sgi-soap:11110 sgi-storman:1178 sgmp-traps:160 sgmp:153 sgsap:29118 shadowserver:2027
 shadowstream:4366 shaperai-disc:43210 shaperai:43210 shareapp:3595 sharp-server:3617 shell:514 shifter: shilp:2049
 ship: shippairing: shiprush-d-ch:5841 shiprush-db-svr:3841 shipsgm: shipsinvit: shiva-confsrvr:1651 shivadiscovery:1502
 shivahose:1549 shivasound:1549 shockwave2:1257 shockwave:1626 shofar:4105 shoppersync: shots-sync: shoutcast:
 showcockpit-net:22333 shrewd-control:22335 shrewd-stream:22335 shrinkwrap:358 sia-ctrl-plane:4787 siam:498
 sicct-sdp:4742 sicct:4742 siebel-ns:2320 siemensgsm:28240 sieve:4190 sift-uft:608 sightline:1645 sigma-port:3614
 signacert-agent:5032 signal:2974 signet-ctf:2733 siipat:1733 silc:706 silhouette:7500 silkmeter:5461 silkp1:2829
 silkp2:2830 silkp3:2831 silkp4:2832 silverpeakcomm:4164 silverpeakpeer:4163 silverplatter:416 sim-control:3110
 simba-cs:1543 simbaexpress:1583 simbaservices:1599 simco:7626 simctlp:2857 siminsufflator: simmon: simon-disc:4753
 simon:4753 simp-all:1959 simple-push-s:3688 simple-push:3687 simple-tx-rx:2257 simplement-tie:2756 simplifymedia:8087
 simslink:2676 simusoftpong: sip:5060 sips:5061 sipuri: sironaxray: sis-emt:2545 sitaradir:2631 sitaramgmt:2630
 sitaraserver:2629 sitewatch-s:3766 sitewatch:3792 six-degrees:3611 sixchat:4605 sixid:4606 sixnetudr:1658 sixtrak:1594
 sixxsconfig:3874 skillscapture: skip-cert-recv:6455 skip-cert-send:6456 skip-mc-gikreq:1660 skronk:460
 sky-transport:3556 skynetflow:8111 skype: skytale:4319 skytelnet:1618 slc-ctrlrloops:2827 slc-systemlog:2826
 sleep-proxy: sleeptracker: slim-devices:3483 slimcli: slimhttp: slingshot:1705 slinkysearch:1225 slinterbase:3065
 slm-api:1606 slmap:36423 slp-notify:1847 slp:1605 slpda: slscc:4408 slslavemon:3102 slush:1966 sm-disc:4174
 sm-pas-1:2938 sm-pas-2:2939 sm-pas-3:2940 sm-pas-4:2941 sm-pas-5:2942 sma-spw:9522 smaclmgr:4660 smag: smaho:
 smakynet:122 smallchat:4412 smap:3731 smar-se-port1:4987 smar-se-port2:4988 smart-diagnose:2721 smart-install:4786
 smart-lm:1608 smartcard-port:3516 smartcard-tls:4116 smartenergy: smartpackets:3218 smartsdp:426 smartsocket:
 smauth-port:3929 smb: smbdirect:5445 smc-admin:6787 smc-http:6788 smc-jmx:6786 smcluster:4174 smi: smile:3670 smimeca:
 smip:7734 smntubootstrap:2613 smpnameres:901 smpp:2775 smpppd:3185 smpte:420 sms-chat:2703 sms-rcinfo:2701
 sms-remctrl:2704 sms-xfer:2702 sms: smsd:596 smsp:413 smsqp:11201 smsync: smtp:25 smux:199 smwan:3979 sna-cs:1553
 snac:3536 snagas:108 snap:4752 snapd:2599 snapenetio:22000 snapp:2333 snare:509 snaresecure:1684 sncp:7560 snif-cln:
 snif-fifo: snif-srv: snif:7123 snifferclient:2452 snifferdata:2892 snifferserver:2533 snip-slave:33656
 snmp-tcp-port:1993 snmp:161 snmpdtls-trap:10162 snmpdtls:10161 snmpssh-trap:5162 snmpssh:5161 snmptls-trap:10162
 snmptls:10161 snmptrap:162 snpp:444 sns-admin:2658 sns-agent:5417 sns-channels:3380 sns-dispatcher:2657
 sns-gateway:5416 sns-protocol:2409 sns-query:2659 sns-quote:1967 snss:11171 sntlkeyssrvr:9450 sntp-heartbeat:580
 soagateway:5250 soap-beep:605 soap-http:7627 soap: socalia:5100 social-alarm:5146 socketcloud: socks:1080 socorfs:3379
 socp-c:4882 socp-t:4881 soda: softaudit:3419 softcm:6110 softdataphone:1621 softpc:215 softrack-meter:3884
 solaris-audit:16162 solera-epmap:2132 solera-lpn:4738 solid-e-engine:1964 solid-mux:1029 solve:2636 sonar:572
 sonardata:2863 soniqsync:3803 sonus-logging:2290 sonus:2653 sonuscallsig:2569 sophia-lm:1408 sops:3944 sor-update:3922
 sos:3838 sossd-agent:7982 sossd-collect:7981 sossd-disc:7982 sossecollector:3166 soundsvirtual:17185 souschef:
 sovd:7690 sox: spamtrap:2568 spandataport:3193 sparechange: sparql: spartan:8668 spc:6111 spcsdlobby:2888 spdm:4194
 spdp:5794 spdy:6121 spearcat: spearway:2440 spectardata:3834 spectardb:3835 spectraport:3851 speedtrace-disc:33334
 speedtrace:33334 spg:7016 sphinxapi:9312 sphinxql:9306 spice:1923 spidap: spiderelectron: spike:4683 spincrisis:
 spiral-admin:3438 spl-itunes: splashsync: split-dns64: split-ping:6924 splitlock-gw:3647 splitlock:3606 spmp:656
 spock:2507 spocp:4751 spr-itunes: spramsca:5769 spramsd:5770 spremotetablet:46998 spres: sps-tunnel:2876 spsc:478
 spss-lm:1759 spss:5443 spt-automation:5814 sptx:40404 spugna:3807 spw-dialer:3796 spw-dnspreload:3849 spx-hmp:
 spytechphone:8192 sqdr:2728 sql-net: sqlexec-ssl:9089 sqlexec:9088 sqlserv:118 sqlsrv:156 sqp: src:200 srcp:4303
 srdp:3942 srmp:193 srp-feedback:2737 srssend:362 sruth:38800 srvc-registry:3018 ss-idi-disc:20012 ss-idi:20013
 ss-sign-disc: ss-sign: ss7ns:477 ssad:4750 ssc-agent:2967 sscan:3853 ssd-audio: ssdispatch:3430 ssdp:1900 ssdtp:6071
 sse-app-config:3852 ssh-mgmt:17235 ssh:22 sshell:614 sslp:1750 ssm-cssps:2478 ssm-cvs:2477 ssm-els:2479 ssmc:2187
 ssmd:2187 ssmpp:3550 sso-control:2711 sso-service:2710 ssowatch:3644 ssp-client:7801 ssp:3249 ssports-bcast:8808
 ssql:3352 ssr-servermgr:45966 ssrip:3318 ssscreenshare: ssslic-mgr:1203 ssslog-mgr:1204 sst:266 sstp-1:7743 sstp-2:9801
 sstsys-lm:1692 stanag-5066:5066 stanza: starbot:2838 starfield-io:5777 starfish:3981 stargatealerts:1654
 starquiz-port:3526 stars:4131 starschool:2270 start-network:3615 startrecapp: startron:1057 stat-cc:4158
 stat-results:4156 stat-scanner:4157 statsci1-lm:6144 statsci2-lm:6145 statsrv:133 statusd:5414 stdptc:2154
 ste-smsc:1836 stgxfws:1226 sti-envision:1312 stickynotes: stingray-remote: stingray-rpc: stm-pproc:3080 stmf:501
 stone-design-1:1492 stonefalls:2986 storageos:5705 storman:4178 storview:9293 stotp: stp: strateges: streamcomm-ds:9612
 street-stream:1736 streetperfect:1330 streettalk:566 streletz:6344 stresstester:5397 strexec-d:5026 strexec-s:5027
 strobe-sync: stryker-com:3854 stss:3090 stt:1607 sttunnel:7471 stun-behavior:3478 stun-behaviors:5349 stun-p1:1990
 stun-p2:1991 stun-p3:1992 stun-port:1994 stun:3478 stuns:5349 stvp:3158 stx:527 su-mit-tg:89 sua:14001 submission:587
 submissions:465 submit:773 submitserver:2028 subntbcst-tftp:247 sugarlock-rcp: sugp:1905 suitcase:2903 suitjd:3354
 sum:6551 sun-as-iiops-ca:3808 sun-as-iiops:3708 sun-as-jmxrmi:8686 sun-as-jpda:9191 sun-as-nodeagt:4850 sun-dr:665
 sun-lm:7588 sun-mc-grp:5306 sun-rpc: sun-sea-port:16161 sun-sr-admin:6489 sun-sr-http:6480 sun-sr-https:6443
 sun-sr-iiop-aut:6487 sun-sr-iiop:6485 sun-sr-iiops:6486 sun-sr-jms:6484 sun-sr-jmx:6488 sun-user-https:7677
 suncacao-csa:11164 suncacao-jmxmp:11162 suncacao-rmi:11163 suncacao-snmp:11161 suncacao-websvc:11165 sunclustergeo:2084
 sunclustermgr:1097 sunfm-port:3934 sunlps-http:3816 sunproxyadmin:8081 sunrpc:111 sunscalar-dns:1870 sunscalar-svc:1860
 sunvts-rmi:6483 sunwebadmin:8800 sunwebadmins:8989 supdup:95 supercell:7967 supermon:2709 supple: supportassist:5700
 sur-meas:243 surebox:5453 surf:1010 surfcontrolcpa:3909 surveillus: surveyinst:3212 suucp:4031 svbackup:8405
 svcloud:8404 svdrp-disc:6419 svdrp:6419 svn:3690 svnet:3413 svnetworks:2973 svrloc:427 svs-omagent:1625 sw-orion:17777
 swa-1:9023 swa-2:9024 swa-3:9025 swa-4:9026 swarm:2377 swcards: swdtp-sv:10009 swdtp:10104 sweetware-apps:1221
 swift-rvf:97 swiftnet:1751 swismgr1:6963 swismgr2:6964 swispol:6966 swistrap:6965 switcher: swldy-sias:1250 swordfish:
 swr-port:3491 swrmi:1866 swtp-port1:9281 swtp-port2:9282 swx-gate:4538 swx: swxadmin:5043 swyp: sxmp:3273 sxqdea:
 sxuptp:19540 syam-agent:3894 syam-smc:3895 syam-webserver:3930 sybase-sqlany:1498 sybase-tds: sybaseanywhere:2638
 sybasedbsynch:2439 sybasesrvmon:4950 sychrond:3723 symantec-sfdb:5629 symantec-sim:3547 symb-sb-port:3923 symplex:1507
 synapse-nhttp:8280 synapse-nhttps:8243 synapse:2880 synapsis-edge:5008 sync-em7:7707 synchromesh:4548
 synchronet-db:6100 synchronet-rtc:6101 synchronet-upd:6102 synchronite:4106 synclavier: syncopation: syncqdea:
 syncserver:2647 syncserverssl:2679 synctest:45045 synel-data:3734 synergy: synksharing: synoptics-trap:412
 synotics-broker:392 synotics-relay:391 sype-transport:9911 syscomlan:1065 syserverremote:6418 sysinfo-sp:11967
 syslog-conn:601 syslog-tls:6514 syslog:514 sysopt:3281 sysorb:3241 sysrqd:4094 sysscanner:3251 systat:11
 system-monitor:2609 systemics-sox:5406 sztp: t1-e1-over-ip:3175 t128-gateway:1627 t1distproc60:32249 t1distproc:1274
 t2-brm:7933 t2-drm:7932 t5-straton:11173 tabula:1437 tacacs-ds:65 tacacs:49 tacacss:300 taccounting: tacnews:98
 tacticalauth:2392 taep-as-svc:5111 tag-pm:5073 tag-ups-1:3573 taiclock:4014 tal-pod:6149 talarian-mcast1:4015
 talarian-mcast2:4016 talarian-mcast3:4017 talarian-mcast4:4018 talarian-mcast5:4019 talarian-mqs:2493 talarian-tcp:5101
 talarian-udp:5101 taligent-lm:1475 talikaserver:22763 talk:517 talnet:1838 talon-disc:7011 talon-engine:7012
 talon-webserver:7015 tambora:9020 tams:2726 tango: tapestry:1922 tapeware:3817 tapinoma-ecs: tappi-boxnet:2306
 tarantella:3144 tarantool:3301 targus-getdata1:5201 targus-getdata2:5202 targus-getdata3:5203 targus-getdata:5200
 tarp:6442 taserver:3552 taskcoachsync: taskman-port:2470 taskmaster2000: tasp-net:25900 taurus-wh:1610 tbricks:
 tbrpf:712 tcc-http:24680 tcim-control:2729 tclprodebugger:2576 tcoaddressbook:1977 tcode: tcoflashagent:1975
 tcoregagent:1976 tcp-aco: tcp-id-port:1999 tcp: tcpdataserver:3805 tcpmux:1 tcpnethaspsrv:475 tcu: td-postman:1049
 td-replica:268 td-service:267 tdaccess:2910 tdmoip:2142 tdp-suite:1814 te-faxserver: teamcoherence:9222 teamlist:
 tec5-sdctp:9668 ted: teedtap:559 tekpls:1946 telaconsole:5428 telefinder:1474 telelpathattack:5011 telelpathstart:5010
 teleniumdaemon:2060 teleport: telesis-licman:1380 telindus:1728 tell:754 tellumat-nms:3549 telnet:23 telnetcpcd:3696
 telnets:992 telops-lmd:7491 tempest-port:11600 tempo:526 tenfold:658 tenir-rc: tentacle:41121 tera-fsmgr: tera-mp:
 terabase:4000 teradataordbms:8002 teredo:3544 terminaldb: tesla-sys-msg:7631 test-ok: tetrinet:31457 texai:5048
 texar:333 tf-redeye: tftp-mcast:1758 tftp:69 tftps:3713 tgcconnect:4146 tgp:1223 thermo-calc:6201 theta-lm:2296 thing:
 thingkit:4423 thinwire: thor-engine:28080 thrp:3963 thrtx:4139 tht-treasure:1832 thumbwrestling: tibet-server:1407
 tibsd:11971 tic-tac-toe: ticf-1:492 ticf-2:493 tick-port:3200 ticonnectmgr: tidp:7548 tiepie-disc:5450 tiepie:5450
 tig:3943 tigv2:4124 tile-ml:10261 timbuktu-srv1:1417 timbuktu-srv2:1418 timbuktu-srv3:1419 timbuktu-srv4:1420
 timbuktu:407 time:37 timed:525 timeflies:1362 timelot:3243 timestenbroker:3754 timezone: timezones: tinavigator:
 tinc:655 tinymessage:5104 tip-app-server:3160 tip2:3372 tipc:6118 tivo-device: tivo-hme: tivo-mindrpc: tivo-music:
 tivo-photos: tivo-remote: tivo-videos: tivoconnect:2190 tivoli-npm:1965 tksocket:2915 tl-ipcproxy:4176 tl1-lv:3081
 tl1-raw-ssl:6251 tl1-raw:3082 tl1-ssh:6252 tl1-telnet:3083 tl1:2361 tlisrv:1527 tmesis-upshot:2798 tmi:8300
 tmo-icon-sync:5583 tmophl7mts:20046 tmosms0:5580 tmosms1:5581 tmsensor: tn-timing:2739 tn-tl-fd1:476 tn-tl-fd2:1584
 tn-tl-r1:1580 tn-tl-r2:1580 tn-tl-w1:474 tn-tl-w2:474 tnetos:377 tnmpv2:3686 tnos-dp:7902 tnos-dps:7903 tnos-sp:7901
 tnp-discover:8320 tnp1-port:4024 tnp:8321 tns-adv:3309 tns-cml:590 tns-server:3308 toad-bi-appsrvr:8066 toad:2669
 todogwa: tolfab:20167 tolteces:4375 tomato-springs:3040 tomboy: tonidods:24465 toothpicserver: topflow-ssl:3885
 topflow:2885 topovista-data:3906 topx:2436 touch-able: touch-remote: touchnetplus:2158 tp-tcp: tpcsrvr:2078 tpdu:1430
 tpip:594 tpmd:1906 tptx-console: tqdata:2700 tr-rsrb-p1:1987 tr-rsrb-p2:1988 tr-rsrb-p3:1989 tr-rsrb-port:1996
 traceroute:33434 track:20670 tragic:2642 traingpsdata:9277 tram:4567 transact:1869 transmit-port:5282 transmitr:
 trap-daemon:3600 trap-port-mom:3858 trap-port:3857 trap:4020 traversal:4678 travsoft-ipx-t:2644 trc-netpoll:2405
 trdp-md:17225 trdp-pd:17224 treehopper:3959 trel: trendchip-dcp:3608 tri-vis-client: tri-vis-server: tributary:2580
 trident-data:7727 trim-event:4322 trim-ice:4323 trim:1137 trinity-dist:4711 trinket-agent:21212 triomotion:3240
 trip:6069 tripe:4070 tripwire:1169 triquest-lm:1588 trisoap:10200 trispen-sra:9555 tritium-can:4876 trivnet1:8200
 trivnet2:8201 trnsprntproxy:3346 troff:2014 trp:2156 truckstar:4725 truecm:8804 trueconf:4307 trunk-1: trunk-2:
 trusted-web:3011 trustestablish:2573 tryst: tsa:6689 tsaf:12753 tsb2:2742 tsb:2741 tsbiis: tscchat:2330 tsdos390:1237
 tsepisp:4422 tserver:450 tsilb:2489 tsp:3653 tsrmagt:2077 tsspmap:1568 tt4inarow: ttat3lb:3579 ttc-etap-ds:2978
 ttc-etap-ns:2977 ttc-etap:2675 ttc-ssl:2484 ttc:2483 ttcheckers: ttcmremotectrl:3468 ttg-protocol:2862
 ttl-publisher:5462 ttlpriceproxy:5463 ttnrepository:2943 ttntspauto:3474 ttp4daemon: ttyinfo:2012 tunage:
 tunalyzer:5748 tunatic:5747 tuneranger: tungsten-http:9762 tungsten-https:9443 tunnel:604 tunstall-lwp:5197
 tunstall-pnc:1846 turbonote-1:39681 turbonote-2:34249 turn:3478 turns:5349 tvbus:2191 tvdumtray-port:3492
 tve-announce:2670 tvm: tvnetworkvideo:3791 tvpm:21800 tw-auth-key:27999 twamp-control:862 twamp-test:862 twcss:3428
 twds:8937 twiline-disc: twinlevel: twosnakes: twrpc:3479 twsdss:3012 tyba: tzrpc: u-dbap:3584 ua-secureagent:19194
 uaac:145 uacs:2768 uadtc:2767 uaiact:1470 uarps:219 ub-dns-control:8953 ubertragen: ubroker:7887 ubxd:4034
 ucdynamics-tuc: ucentric-ds:2879 ucl: ucontrol:13894 ucs-isc:8070 uddi-inq: uddi-pub: uddi-sec: uddi-sub: uddi:
 udp-sr-port:1624 udp: udpradio:1833 udpstp:24601 udrawgraph:2542 udrive:1867 udt-os: uec:8778 uet:4793
 ufastro-instr:3720 ufmp:6306 uis:390 ulistproc:372 ulp:522 ulpnet:483 ultimad:1737 ultrabac:1910 ultraseek-http:8765
 ultrex:1327 uma: umm-port:3098 ums:2248 umsp:2110 unbind-cluster:2138 undo-lm:5281 unet:1189 unglue:2655 unicall:4343
 unicontrol: unidata-ldm:388 unieng:5730 unified-bus:4792 unify-adapter:1889 unify-debug:4867 unify:181 unifyadmin:2696
 unihub-server:2357 unikeypro:4127 unimobilectrl:2927 uniport:9629 unisql-java:1979 unisql:1978 unisys-eportal:37654
 unisys-lm:1823 unite:3217 univ-appserver:1233 universe-suite:4184 univision:2820 unix-status:1957 unizensus:1151
 unot:5055 uohost:3314 uorb:3313 updog:4414 upgrade:2537 upnotifyp:4445 upnotifyps:3356 upnp: ups-engine:3664
 ups-onlinet:7010 ups:401 upsnotifyprot:2648 upstriggervsw:3786 urbisnet:2745 urd:465 urlbookmark: urld-port:3534
 urm:606 urp:2794 us-cli:8082 us-gv:1370 us-srv:8083 user-manager:3272 users: usicontentpush:7998 usp-agt-coap:
 usp-agt-http: usp-agt-mqtt: usp-agt-stomp: usp-agt-ws: usp-ctr-coap: usp-ctr-http: usp-ctr-mqtt: usp-ctr-stomp:
 usp-ctr-ws: uswi: utcd:1506 utest: utime:519 utmpcd:431 utmpsd:430 utsftp:2529 uucp-path:117 uucp-rlogin:541 uucp:540
 uuidgen:697 uwsgi: v-one-spp:3845 v2g-secc:15118 v5ua:5675 va-pacbase:3676 vacdsm-app:671 vacdsm-sws:670 vad:14154
 valisys-lm:1457 vantronix-mgmt:8034 vapix-http: vapix-https: vaprtm:3654 varadero-0:4837 varadero-1:4838
 varadero-2:4839 vat-control:3457 vat:3456 vatata:4188 vatp:690 vaultbase:1771 vce:11111 vchat:1168 vcmp:2426
 vcnet-link-v10:2554 vcom-tunnel:8001 vcrp:3073 vcs-app:14141 vcscmd:14150 vdab:1775 vdmmesh-disc:18668 vdmmesh:18668
 vdmplay:1707 ve-decoder: ve-encoder: ve-recorder: vedabase: vemmi:575 ventoso:4621 venus-se:2431 venus:2430
 veracity:1062 vergencecm:2771 verismart:3270 veritas-pbx:1556 veritas-tcp1:2802 veritas-ucl:2148 veritas-udp1:2802
 veritas-vis1:2993 veritas-vis2:2994 veronica:2770 versa-tek:2610 versatalk:3738 versiera:9050 vestasdlp:17184 vettcp:78
 vfbp-disc:6678 vfbp:6678 vfmobile:5646 vfo:1056 vhd:3802 vhusb: via-ftp: vid:769 video-activmail:1398 videobeans:3058
 videotex:516 videte-cipc:1927 vidigo:3231 vids-avtp:1853 vieo-fe:3245 vinainstall:4344 vipera-ssl:12013 vipera:12012
 vipremoteagent:3752 virprot-lm:7121 virtual-places:1533 virtual-time:1852 virtualdj: virtualtape:2386 virtualuser:5423
 visa: visd:9284 visel: visinet-gui:3601 vision-elmd:6673 vision-mon-disc:4413 vision-mon:4413 vision-server:6672
 visionpyramid:1247 visitview:1631 vista-4gl:24249 vistium-share:1545 visweather:9979 vitalanalysis:2474
 viziblebrowser:1868 vlsi-lm:1500 vmnet:175 vmodem:3141 vmpwscs:214 vmrdp:2179 vmsvc-2:7025 vmsvc:7024 vmtp:
 vmware-fdm:8182 vnas:577 vnetd:13724 vns-tp:7802 vnsstr:3321 vnwk-prapi:2538 vnyx:8699 voalte2: voalte3:
 vocaltec-admin:1796 vocaltec-gold:6670 vocaltec-hos:25793 vocaltec-phone:22555 vocaltec-wconf:22555 vofr-gateway:21590
 voispeed-port:3541 volley:3625 volterio: vop:4433 vopied:13783 vos: voxelstorm:28200 voxidahmp: vp2p:8473 vpa-disc:5164
 vpa:5164 vpac:1517 vpad:1516 vpjp:1345 vpm-udp:5046 vpnz:1224 vpp:677 vpps-qua:672 vpps-via:676 vpsipport:2649
 vpvc:1519 vpvd:1518 vqp:1589 vrace:9300 vrcommerce:2530 vrmg-ip:24323 vrmg-p2p: vrml-multi-use: vroa:39063 vrpn:3883
 vrt:4991 vrtl-vmf-ds:1956 vrtl-vmf-sa:2074 vrtp:2255 vrts-at-port:2821 vrts-auth-port:4032 vrts-ipcserver:1317
 vrts-registry:2410 vrts-tdd:14149 vrtstrapserver:1885 vrxpservman:4147 vs-server:3280 vsaiport:3317 vsamredirector:2387
 vsat-control:1880 vscp:9598 vseconnector:2893 vsi-omega:7566 vsiadmin:2539 vsinet:996 vsixml:2996 vslmp:312
 vsnm-agent:3375 vspread:2695 vstat:7779 vt-ssl:3509 vtp:16666 vtr-emulator:3122 vts-rpc:5780 vtsas:5070 vtu-comms:2216
 vue4rendercow: vulture:3482 vvr-control:4145 vvr-data:8199 vx-auth-port:3207 vxcrnbuport:3652 vxi-11: vxlan-gpe:4790
 vxlan:4789 vytalvaultbrtp:2546 vytalvaultpipe:2548 vytalvaultvsmp:2547 waascluster:5787 wacp:3633 wafs:4049
 wag-service:2608 wago-io-system:2455 wago-service:6626 wakeywakey: walkietalkie: wanscaler:2312 wap-push-http:4035
 wap-push-https:4036 wap-push:2948 wap-pushsecure:2949 wap-vcal-s:9207 wap-vcal:9205 wap-vcard-s:9206 wap-vcard:9204
 wap-wsp-s:9202 wap-wsp-wtp-s:9203 wap-wsp-wtp:9201 wap-wsp:9200 warehouse-sss:12321 warehouse:12322 warmspotmgmt:1074
 warmux:3826 warppipe:8007 watchdoc-pod:5743 watchdoc:5744 watchdog-nt:2723 watchme-7272:7272 watcomdebug:3563
 watershed-lm:6143 watilapp:1269 wb-expak: wb-mon: wbem-exp-https:5990 wbem-http:5988 wbem-https:5989 wbem-rmi:5987
 wcbackup:8912 wcpp:4185 wcr-remlib:4845 wd-2go: wdp: we-jell: weandsf:48050 weave:11095 web-xi: web2host:1559
 webaccess:1739 webadmstart:1110 webdata:3748 webdav: webdavs: webemshttp:2851 webex: webissync: weblogin:2054
 webmachine:1963 webmail-2:3511 webmethods-b2b:2907 webobjects:1085 webphone:21845 webpush:1001 websm:9090 websnp:8084
 websphere-snmp:3427 webster:765 webtie:3342 webyast:4984 wedraw: wello:4177 westec-connect:5566 westell-stats:1875
 wfc:4847 wfm:4057 wfremotertm:1046 wg-endpt-comms:33000 wg-netforce:3359 whamb: wherehoo:5859 whisker:3233 whistler:
 who:513 whoami:565 whoispp:63 whosells:2781 whosockami: wibukey:22347 wicop: wiegand:4390 wifile: wifree:11208
 wilkenlistener:1890 willy:2518 wimaxasncp:2231 wimd:2980 wimsic:1326 windb:2522 winddlb:1565 winddx:1727 windlm:1785
 windream:534 winfs:5009 wininstall-ipc:3674 winjaserver:1290 winpcs:5166 winpharaoh:6065 winpoplanmess:1152
 winport:3926 winqedit:7395 winrm:47001 wins:1512 winshadow-hd:3861 winshadow:3261 wip-port:3414 wired:4871 witap:
 witapvoice: witsnet:45185 wizard:2001 wkars:2720 wkgrpsvr: wkstn-mon:2991 wlanauth:3810 wlbs:2504 wlcp:36411
 wmc-log-svc:1338 wmedistribution:11998 wmereceiving:11997 wmereporting:11999 wmlserver:4883 wms-messenger:3219
 wnn6-ds:26208 wnn6:22273 workflow:3466 workflowdir:4417 workgroup: workstation: world-lm:1462 worldfusion1:2595
 worldfusion2:2596 worldscores:4545 wormhole: wot: wpages:776 wpgs:780 wpl-analytics:8006 wpl-disc:8006 wpl-ers-http:
 wpl-ers-zmq: writesrv:1334 writietalkie: wrs-registry:2340 wrspice:6114 ws-discovery:3702 ws: wsdapi-s:5358 wsdapi:5357
 wsdl-event:4879 wsicopy:3378 wsm-server-ssl:5007 wsm-server:5006 wsman:5985 wsmans:5986 wsmlb:3806 wso2esb-console:9444
 wspipe:4431 wssauthsvc:4537 wsscomfrmwk:6602 wsynch:3111 wta-wsp-s:2805 wta-wsp-wtp-s:2923 wtc-heleos: wtc-qels:
 wtc-rex: wtc-viscostar: wtc-wpr: wtmi-panel:7575 wusage:2396 wv-csp-sms-cir:3716 wv-csp-sms:3590 wv-csp-udp-cir:3717
 wwdcpic: wwiotalk:5413 www-dev:2784 www-http:80 www-ldap-gw:1760 www:80 wxbrief:4368 wysdma:3741 wysdmc:3916
 x-bone-api:2165 x-bone-ctl:265 x-on: x-plane9: x11: x2-control:36422 x25-svc-port:1998 x2e-disc:11877 x500ms:5757
 x510:9877 x9-icue:1145 xaapi:1934 xact-backup:911 xadmin:9105 xahaud:21337 xandros-cms:4389 xap-ha:3639 xbox:3074
 xcap-control:4889 xcap-portal:4888 xcodedistcc: xcompute:11235 xdas:7629 xdmcp:177 xds:2130 xdsxdm:6558 xdtp:3088
 xecp-node:3940 xential: xfer:82 xfr:682 xgate-rmi: xgrid:4111 xic:6115 xiip:1924 xingcsm:2327 xingmpeg:1558
 xinuexpansion1:2021 xinuexpansion2:2022 xinuexpansion3:2023 xinuexpansion4:2024 xinupageserver:2020 xiostatus:2341
 xk22:3974 xkotodrcp:5344 xmapi:1933 xmcp:4788 xmiserver: xmlblaster:3412 xmlink-connect:3953 xmlipcregsvc:9092
 xmlrpc-beep:602 xmltec-xmlmail:9091 xmms2:9667 xmp: xmpcr-interface:3877 xmpp-bosh:5280 xmpp-client:5222
 xmpp-server:5269 xmpv7:7430 xmquery:2279 xmsg:1716 xn-control:38422 xnds:2157 xnet: xnm-clear-text:3221 xnm-ssl:3220
 xnmp:1652 xns-auth:56 xns-ch:54 xns-courier:165 xns-idp: xns-mail:58 xns-time:52 xo-wave:3763 xoms:16619 xoraya:11876
 xpanel:3737 xpilot:15345 xpl:3865 xplat-replicate:3071 xpra:14500 xprint-server:8100 xprtld:5634 xqosd:31416 xribs:2025
 xrl:1104 xrpc-registry:3651 xrpl:2459 xs-openstorage:1619 xsanclient: xsanserver: xsansystem: xserveraid:3722
 xsip-network:1354 xsmsvc:6936 xss-port:3510 xss-srv-port:3646 xsync:3721 xtgui:4095 xtimelicence: xtlserv:6116
 xtreamx:5793 xtrm:3423 xtrms:3424 xtshapro: xul-http: xvttp:508 xw-control:36462 xxnetserver:3832 xybrid-cloud:9925
 xybrid-rt:9978 xycstatus:5243 xyplex-mux:173 yakumo: yawn:31029 yo-main:4040 z-wave-s:41230 z-wave-tunnel:44123
 z-wave:4123 z39-50:210 zabbix-agent:10050 zabbix-trapper:10051 zannet:317 zarkov:2989 zen-pawn:7628 zenginkyo-1:5020
 zenginkyo-2:5021 zented:1229 zep:17754 zephyr-clt:2103 zephyr-hm:2104 zephyr-srv:2102 zeromq: zicom:3774
 zieto-sock:4072 zigbee-bridge: zigbee-gateway: zigbee-ip:17755 zigbee-ips:17756 zion-lm:1425 zixi-transport:7088
 zmp:3925 zoomcp:9666 zre-disc:5670 zsecure:7173 zserv:346 zymed-zpp:2133
"""
"""Each name with a blank in front and a colon behind, then its port, where IANA has just one for it."""


def is_registered(name: str) -> bool:
    """Whether IANA knows a service by this name, in lower case and without its underscore."""
    return f" {name}:" in NAMES


def port_of(name: str) -> int | None:
    """The port that IANA has assigned to a service; None when there is none, or there are several."""
    word = f" {name}:"
    at = NAMES.find(word)
    digits = NAMES[at + len(word) : at + len(word) + 6] if at >= 0 else ""
    return int(digits.split(None, 1)[0]) if digits[:1].isdigit() else None
