// Facts about the Go types of the API, read from k8s.io/api 0.36 by reflection: one type per line with its fields in their order.
//
// `name:TYPE` with `[T]` for lists and `{T}` for maps; `string=Name` is a string of a named type. Then: `?` omitted when empty, `0` omitted
// when zero, `%` a pointer (absent differs from zero), `~key` merges by this key (`~` alone: as a set), `!` keeps only the keys of the
// patch, `*` required.

export const TYPE_TABLE = `
apiextensions.v1.CustomResourceColumnDefinition name:string* type:string* format:string? description:string? priority:int32? jsonPath:string*
apiextensions.v1.CustomResourceConversion strategy:string=ConversionStrategyType* webhook:apiextensions.v1.WebhookConversion?%
apiextensions.v1.CustomResourceDefinition metadata:meta.v1.ObjectMeta? spec:apiextensions.v1.CustomResourceDefinitionSpec* status:apiextensions.v1.CustomResourceDefinitionStatus?
apiextensions.v1.CustomResourceDefinitionCondition type:string=CustomResourceDefinitionConditionType* status:string=ConditionStatus* lastTransitionTime:time? reason:string? message:string? observedGeneration:int64?
apiextensions.v1.CustomResourceDefinitionNames plural:string* singular:string? shortNames:[string]? kind:string* listKind:string? categories:[string]?
apiextensions.v1.CustomResourceDefinitionSpec group:string* names:apiextensions.v1.CustomResourceDefinitionNames* scope:string=ResourceScope* versions:[apiextensions.v1.CustomResourceDefinitionVersion]* conversion:apiextensions.v1.CustomResourceConversion?% preserveUnknownFields:bool?
apiextensions.v1.CustomResourceDefinitionStatus conditions:[apiextensions.v1.CustomResourceDefinitionCondition] acceptedNames:apiextensions.v1.CustomResourceDefinitionNames storedVersions:[string] observedGeneration:int64?
apiextensions.v1.CustomResourceDefinitionVersion name:string* served:bool* storage:bool* deprecated:bool? deprecationWarning:string?% schema:apiextensions.v1.CustomResourceValidation?% subresources:apiextensions.v1.CustomResourceSubresources?% additionalPrinterColumns:[apiextensions.v1.CustomResourceColumnDefinition]? selectableFields:[apiextensions.v1.SelectableField]?
apiextensions.v1.CustomResourceSubresourceScale specReplicasPath:string* statusReplicasPath:string* labelSelectorPath:string?%
apiextensions.v1.CustomResourceSubresourceStatus
apiextensions.v1.CustomResourceSubresources status:apiextensions.v1.CustomResourceSubresourceStatus?% scale:apiextensions.v1.CustomResourceSubresourceScale?%
apiextensions.v1.CustomResourceValidation openAPIV3Schema:apiextensions.v1.JSONSchemaProps?%
apiextensions.v1.ExternalDocumentation description:string? url:string?
apiextensions.v1.JSONSchemaProps id:string? $schema:string=JSONSchemaURL? $ref:string?% description:string? type:string? format:string? title:string? default:raw?% maximum:float64?% exclusiveMaximum:bool? minimum:float64?% exclusiveMinimum:bool? maxLength:int64?% minLength:int64?% pattern:string? maxItems:int64?% minItems:int64?% uniqueItems:bool? multipleOf:float64?% enum:[raw]? maxProperties:int64?% minProperties:int64?% required:[string]? items:raw?% allOf:[apiextensions.v1.JSONSchemaProps]? oneOf:[apiextensions.v1.JSONSchemaProps]? anyOf:[apiextensions.v1.JSONSchemaProps]? not:apiextensions.v1.JSONSchemaProps?% properties:{apiextensions.v1.JSONSchemaProps}? additionalProperties:raw?% patternProperties:{apiextensions.v1.JSONSchemaProps}? dependencies:{raw}? additionalItems:raw?% definitions:{apiextensions.v1.JSONSchemaProps}? externalDocs:apiextensions.v1.ExternalDocumentation?% example:raw?% nullable:bool? x-kubernetes-preserve-unknown-fields:bool?% x-kubernetes-embedded-resource:bool? x-kubernetes-int-or-string:bool? x-kubernetes-list-map-keys:[string]? x-kubernetes-list-type:string?% x-kubernetes-map-type:string?% x-kubernetes-validations:[apiextensions.v1.ValidationRule]?~rule
apiextensions.v1.SelectableField jsonPath:string*
apiextensions.v1.ServiceReference namespace:string* name:string* path:string?% port:int32?%
apiextensions.v1.ValidationRule rule:string* message:string? messageExpression:string? reason:string=FieldValueErrorReason?% fieldPath:string? optionalOldSelf:bool?%
apiextensions.v1.WebhookClientConfig url:string?% service:apiextensions.v1.ServiceReference?% caBundle:bytes?
apiextensions.v1.WebhookConversion clientConfig:apiextensions.v1.WebhookClientConfig?% conversionReviewVersions:[string]*
apps.v1.Deployment metadata:meta.v1.ObjectMeta? spec:apps.v1.DeploymentSpec? status:apps.v1.DeploymentStatus?
apps.v1.DeploymentCondition type:string=DeploymentConditionType* status:string=ConditionStatus* lastUpdateTime:time? lastTransitionTime:time? reason:string? message:string?
apps.v1.DeploymentSpec replicas:int32?% selector:meta.v1.LabelSelector%* template:core.v1.PodTemplateSpec* strategy:apps.v1.DeploymentStrategy?! minReadySeconds:int32? revisionHistoryLimit:int32?% paused:bool? progressDeadlineSeconds:int32?%
apps.v1.DeploymentStatus observedGeneration:int64? replicas:int32? updatedReplicas:int32? readyReplicas:int32? availableReplicas:int32? unavailableReplicas:int32? terminatingReplicas:int32?% conditions:[apps.v1.DeploymentCondition]?~type collisionCount:int32?%
apps.v1.DeploymentStrategy type:string=DeploymentStrategyType? rollingUpdate:apps.v1.RollingUpdateDeployment?%
apps.v1.RollingUpdateDeployment maxUnavailable:intorstring?% maxSurge:intorstring?%
authentication.v1.BoundObjectReference kind:string? apiVersion:string? name:string? uid:string=UID?
authentication.v1.SelfSubjectReview metadata:meta.v1.ObjectMeta? status:authentication.v1.SelfSubjectReviewStatus?
authentication.v1.SelfSubjectReviewStatus userInfo:authentication.v1.UserInfo?
authentication.v1.TokenRequest metadata:meta.v1.ObjectMeta? spec:authentication.v1.TokenRequestSpec status:authentication.v1.TokenRequestStatus?
authentication.v1.TokenRequestSpec audiences:[string] expirationSeconds:int64% boundObjectRef:authentication.v1.BoundObjectReference%
authentication.v1.TokenRequestStatus token:string expirationTimestamp:time
authentication.v1.TokenReview metadata:meta.v1.ObjectMeta? spec:authentication.v1.TokenReviewSpec* status:authentication.v1.TokenReviewStatus?
authentication.v1.TokenReviewSpec token:string?* audiences:[string]?
authentication.v1.TokenReviewStatus authenticated:bool? user:authentication.v1.UserInfo? audiences:[string]? error:string?
authentication.v1.UserInfo username:string? uid:string? groups:[string]? extra:{[string]}?
authorization.v1.FieldSelectorAttributes rawSelector:string? requirements:[meta.v1.FieldSelectorRequirement]?
authorization.v1.LabelSelectorAttributes rawSelector:string? requirements:[meta.v1.LabelSelectorRequirement]?
authorization.v1.LocalSubjectAccessReview metadata:meta.v1.ObjectMeta? spec:authorization.v1.SubjectAccessReviewSpec* status:authorization.v1.SubjectAccessReviewStatus?
authorization.v1.NonResourceAttributes path:string? verb:string?
authorization.v1.NonResourceRule verbs:[string]* nonResourceURLs:[string]?
authorization.v1.ResourceAttributes namespace:string? verb:string? group:string? version:string? resource:string? subresource:string? name:string? fieldSelector:authorization.v1.FieldSelectorAttributes?% labelSelector:authorization.v1.LabelSelectorAttributes?%
authorization.v1.ResourceRule verbs:[string]* apiGroups:[string]? resources:[string]? resourceNames:[string]?
authorization.v1.SelfSubjectAccessReview metadata:meta.v1.ObjectMeta? spec:authorization.v1.SelfSubjectAccessReviewSpec* status:authorization.v1.SubjectAccessReviewStatus?
authorization.v1.SelfSubjectAccessReviewSpec resourceAttributes:authorization.v1.ResourceAttributes?% nonResourceAttributes:authorization.v1.NonResourceAttributes?%
authorization.v1.SelfSubjectRulesReview metadata:meta.v1.ObjectMeta? spec:authorization.v1.SelfSubjectRulesReviewSpec* status:authorization.v1.SubjectRulesReviewStatus?
authorization.v1.SelfSubjectRulesReviewSpec namespace:string?
authorization.v1.SubjectAccessReview metadata:meta.v1.ObjectMeta? spec:authorization.v1.SubjectAccessReviewSpec* status:authorization.v1.SubjectAccessReviewStatus?
authorization.v1.SubjectAccessReviewSpec resourceAttributes:authorization.v1.ResourceAttributes?% nonResourceAttributes:authorization.v1.NonResourceAttributes?% user:string? groups:[string]? extra:{[string]}? uid:string?
authorization.v1.SubjectAccessReviewStatus allowed:bool* denied:bool? reason:string? evaluationError:string?
authorization.v1.SubjectRulesReviewStatus resourceRules:[authorization.v1.ResourceRule]* nonResourceRules:[authorization.v1.NonResourceRule]* incomplete:bool* evaluationError:string?
autoscaling.v1.Scale metadata:meta.v1.ObjectMeta? spec:autoscaling.v1.ScaleSpec? status:autoscaling.v1.ScaleStatus?
autoscaling.v1.ScaleSpec replicas:int32?
autoscaling.v1.ScaleStatus replicas:int32* selector:string?
coordination.v1.Lease metadata:meta.v1.ObjectMeta? spec:coordination.v1.LeaseSpec?
coordination.v1.LeaseSpec holderIdentity:string?% leaseDurationSeconds:int32?% acquireTime:microtime?% renewTime:microtime?% leaseTransitions:int32?% strategy:string=CoordinatedLeaseStrategy?% preferredHolder:string?%
core.v1.AWSElasticBlockStoreVolumeSource volumeID:string* fsType:string? partition:int32? readOnly:bool?
core.v1.Affinity nodeAffinity:core.v1.NodeAffinity?% podAffinity:core.v1.PodAffinity?% podAntiAffinity:core.v1.PodAntiAffinity?%
core.v1.AppArmorProfile type:string=AppArmorProfileType* localhostProfile:string?%
core.v1.AzureDiskVolumeSource diskName:string* diskURI:string* cachingMode:string=AzureDataDiskCachingMode?% fsType:string?% readOnly:bool?% kind:string=AzureDataDiskKind?%
core.v1.AzureFileVolumeSource secretName:string* shareName:string* readOnly:bool?
core.v1.CSIVolumeSource driver:string* readOnly:bool?% fsType:string?% volumeAttributes:{string}? nodePublishSecretRef:core.v1.LocalObjectReference?%
core.v1.Capabilities add:[string=Capability]? drop:[string=Capability]?
core.v1.CephFSVolumeSource monitors:[string]* path:string? user:string? secretFile:string? secretRef:core.v1.LocalObjectReference?% readOnly:bool?
core.v1.CinderVolumeSource volumeID:string* fsType:string? readOnly:bool? secretRef:core.v1.LocalObjectReference?%
core.v1.ClientIPConfig timeoutSeconds:int32?%
core.v1.ClusterTrustBundleProjection name:string?% signerName:string?% labelSelector:meta.v1.LabelSelector?% optional:bool?% path:string*
core.v1.ConfigMap metadata:meta.v1.ObjectMeta? immutable:bool?% data:{string}? binaryData:{bytes}?
core.v1.ConfigMapEnvSource name:string? optional:bool?%
core.v1.ConfigMapKeySelector name:string? key:string* optional:bool?%
core.v1.ConfigMapProjection name:string? items:[core.v1.KeyToPath]? optional:bool?%
core.v1.ConfigMapVolumeSource name:string? items:[core.v1.KeyToPath]? defaultMode:int32?% optional:bool?%
core.v1.Container name:string* image:string? command:[string]? args:[string]? workingDir:string? ports:[core.v1.ContainerPort]?~containerPort envFrom:[core.v1.EnvFromSource]? env:[core.v1.EnvVar]?~name resources:core.v1.ResourceRequirements? resizePolicy:[core.v1.ContainerResizePolicy]? restartPolicy:string=ContainerRestartPolicy?% restartPolicyRules:[core.v1.ContainerRestartRule]? volumeMounts:[core.v1.VolumeMount]?~mountPath volumeDevices:[core.v1.VolumeDevice]?~devicePath livenessProbe:core.v1.Probe?% readinessProbe:core.v1.Probe?% startupProbe:core.v1.Probe?% lifecycle:core.v1.Lifecycle?% terminationMessagePath:string? terminationMessagePolicy:string=TerminationMessagePolicy? imagePullPolicy:string=PullPolicy? securityContext:core.v1.SecurityContext?% stdin:bool? stdinOnce:bool? tty:bool?
core.v1.ContainerExtendedResourceRequest containerName:string* resourceName:string* requestName:string*
core.v1.ContainerPort name:string? hostPort:int32? containerPort:int32* protocol:string=Protocol? hostIP:string?
core.v1.ContainerResizePolicy resourceName:string=ResourceName* restartPolicy:string=ResourceResizeRestartPolicy*
core.v1.ContainerRestartRule action:string=ContainerRestartRuleAction?* exitCodes:core.v1.ContainerRestartRuleOnExitCodes?%
core.v1.ContainerRestartRuleOnExitCodes operator:string=ContainerRestartRuleOnExitCodesOperator?* values:[int32]?
core.v1.ContainerState waiting:core.v1.ContainerStateWaiting?% running:core.v1.ContainerStateRunning?% terminated:core.v1.ContainerStateTerminated?%
core.v1.ContainerStateRunning startedAt:time?
core.v1.ContainerStateTerminated exitCode:int32* signal:int32? reason:string? message:string? startedAt:time? finishedAt:time? containerID:string?
core.v1.ContainerStateWaiting reason:string? message:string?
core.v1.ContainerStatus name:string* state:core.v1.ContainerState? lastState:core.v1.ContainerState? ready:bool* restartCount:int32* image:string* imageID:string* containerID:string? started:bool?% allocatedResources:{quantity}? resources:core.v1.ResourceRequirements?% volumeMounts:[core.v1.VolumeMountStatus]?~mountPath user:core.v1.ContainerUser?% allocatedResourcesStatus:[core.v1.ResourceStatus]?~name stopSignal:string=Signal?%
core.v1.ContainerUser linux:core.v1.LinuxContainerUser?%
core.v1.DownwardAPIProjection items:[core.v1.DownwardAPIVolumeFile]?
core.v1.DownwardAPIVolumeFile path:string* fieldRef:core.v1.ObjectFieldSelector?% resourceFieldRef:core.v1.ResourceFieldSelector?% mode:int32?%
core.v1.DownwardAPIVolumeSource items:[core.v1.DownwardAPIVolumeFile]? defaultMode:int32?%
core.v1.EmptyDirVolumeSource medium:string=StorageMedium? sizeLimit:quantity?%
core.v1.EnvFromSource prefix:string? configMapRef:core.v1.ConfigMapEnvSource?% secretRef:core.v1.SecretEnvSource?%
core.v1.EnvVar name:string* value:string? valueFrom:core.v1.EnvVarSource?%
core.v1.EnvVarSource fieldRef:core.v1.ObjectFieldSelector?% resourceFieldRef:core.v1.ResourceFieldSelector?% configMapKeyRef:core.v1.ConfigMapKeySelector?% secretKeyRef:core.v1.SecretKeySelector?% fileKeyRef:core.v1.FileKeySelector?%
core.v1.EphemeralContainer name:string* image:string? command:[string]? args:[string]? workingDir:string? ports:[core.v1.ContainerPort]?~containerPort envFrom:[core.v1.EnvFromSource]? env:[core.v1.EnvVar]?~name resources:core.v1.ResourceRequirements? resizePolicy:[core.v1.ContainerResizePolicy]? restartPolicy:string=ContainerRestartPolicy?% restartPolicyRules:[core.v1.ContainerRestartRule]? volumeMounts:[core.v1.VolumeMount]?~mountPath volumeDevices:[core.v1.VolumeDevice]?~devicePath livenessProbe:core.v1.Probe?% readinessProbe:core.v1.Probe?% startupProbe:core.v1.Probe?% lifecycle:core.v1.Lifecycle?% terminationMessagePath:string? terminationMessagePolicy:string=TerminationMessagePolicy? imagePullPolicy:string=PullPolicy? securityContext:core.v1.SecurityContext?% stdin:bool? stdinOnce:bool? tty:bool? targetContainerName:string?
core.v1.EphemeralVolumeSource volumeClaimTemplate:core.v1.PersistentVolumeClaimTemplate?%
core.v1.Event metadata:meta.v1.ObjectMeta* involvedObject:core.v1.ObjectReference* reason:string? message:string? source:core.v1.EventSource? firstTimestamp:time? lastTimestamp:time? count:int32? type:string? eventTime:microtime? series:core.v1.EventSeries?% action:string? related:core.v1.ObjectReference?% reportingComponent:string reportingInstance:string
core.v1.EventSeries count:int32? lastObservedTime:microtime?
core.v1.EventSource component:string? host:string?
core.v1.ExecAction command:[string]?
core.v1.FCVolumeSource targetWWNs:[string]? lun:int32?% fsType:string? readOnly:bool? wwids:[string]?
core.v1.FileKeySelector volumeName:string* path:string* key:string* optional:bool?%
core.v1.FlexVolumeSource driver:string* fsType:string? secretRef:core.v1.LocalObjectReference?% readOnly:bool? options:{string}?
core.v1.FlockerVolumeSource datasetName:string? datasetUUID:string?
core.v1.GCEPersistentDiskVolumeSource pdName:string* fsType:string? partition:int32? readOnly:bool?
core.v1.GRPCAction port:int32* service:string%
core.v1.GitRepoVolumeSource repository:string* revision:string? directory:string?
core.v1.GlusterfsVolumeSource endpoints:string* path:string* readOnly:bool?
core.v1.HTTPGetAction path:string? port:intorstring* host:string? scheme:string=URIScheme? httpHeaders:[core.v1.HTTPHeader]?
core.v1.HTTPHeader name:string* value:string*
core.v1.HostAlias ip:string* hostnames:[string]?
core.v1.HostIP ip:string*
core.v1.HostPathVolumeSource path:string* type:string=HostPathType?%
core.v1.ISCSIVolumeSource targetPortal:string* iqn:string* lun:int32* iscsiInterface:string? fsType:string? readOnly:bool? portals:[string]? chapAuthDiscovery:bool? chapAuthSession:bool? secretRef:core.v1.LocalObjectReference?% initiatorName:string?%
core.v1.ImageVolumeSource reference:string? pullPolicy:string=PullPolicy?
core.v1.ImageVolumeStatus imageRef:string?*
core.v1.KeyToPath key:string* path:string* mode:int32?%
core.v1.Lifecycle postStart:core.v1.LifecycleHandler?% preStop:core.v1.LifecycleHandler?% stopSignal:string=Signal?%
core.v1.LifecycleHandler exec:core.v1.ExecAction?% httpGet:core.v1.HTTPGetAction?% tcpSocket:core.v1.TCPSocketAction?% sleep:core.v1.SleepAction?%
core.v1.LinuxContainerUser uid:int64* gid:int64* supplementalGroups:[int64]?
core.v1.LoadBalancerIngress ip:string? hostname:string? ipMode:string=LoadBalancerIPMode?% ports:[core.v1.PortStatus]?
core.v1.LoadBalancerStatus ingress:[core.v1.LoadBalancerIngress]?
core.v1.LocalObjectReference name:string?
core.v1.NFSVolumeSource server:string* path:string* readOnly:bool?
core.v1.Namespace metadata:meta.v1.ObjectMeta? spec:core.v1.NamespaceSpec? status:core.v1.NamespaceStatus?
core.v1.NamespaceCondition type:string=NamespaceConditionType* status:string=ConditionStatus* lastTransitionTime:time? reason:string? message:string?
core.v1.NamespaceSpec finalizers:[string=FinalizerName]?
core.v1.NamespaceStatus phase:string=NamespacePhase? conditions:[core.v1.NamespaceCondition]?~type
core.v1.NodeAffinity requiredDuringSchedulingIgnoredDuringExecution:core.v1.NodeSelector?% preferredDuringSchedulingIgnoredDuringExecution:[core.v1.PreferredSchedulingTerm]?
core.v1.NodeAllocatableResourceClaimStatus resourceClaimName:string* containers:[string]? resources:{quantity}*
core.v1.NodeSelector nodeSelectorTerms:[core.v1.NodeSelectorTerm]*
core.v1.NodeSelectorRequirement key:string* operator:string=NodeSelectorOperator* values:[string]?
core.v1.NodeSelectorTerm matchExpressions:[core.v1.NodeSelectorRequirement]? matchFields:[core.v1.NodeSelectorRequirement]?
core.v1.ObjectFieldSelector apiVersion:string? fieldPath:string*
core.v1.ObjectReference kind:string? namespace:string? name:string? uid:string=UID? apiVersion:string? resourceVersion:string? fieldPath:string?
core.v1.PersistentVolumeClaimSpec accessModes:[string=PersistentVolumeAccessMode]? selector:meta.v1.LabelSelector?% resources:core.v1.VolumeResourceRequirements? volumeName:string? storageClassName:string?% volumeMode:string=PersistentVolumeMode?% dataSource:core.v1.TypedLocalObjectReference?% dataSourceRef:core.v1.TypedObjectReference?% volumeAttributesClassName:string?%
core.v1.PersistentVolumeClaimTemplate metadata:meta.v1.ObjectMeta? spec:core.v1.PersistentVolumeClaimSpec*
core.v1.PersistentVolumeClaimVolumeSource claimName:string* readOnly:bool?
core.v1.PhotonPersistentDiskVolumeSource pdID:string* fsType:string?
core.v1.Pod metadata:meta.v1.ObjectMeta? spec:core.v1.PodSpec? status:core.v1.PodStatus?
core.v1.PodAffinity requiredDuringSchedulingIgnoredDuringExecution:[core.v1.PodAffinityTerm]? preferredDuringSchedulingIgnoredDuringExecution:[core.v1.WeightedPodAffinityTerm]?
core.v1.PodAffinityTerm labelSelector:meta.v1.LabelSelector?% namespaces:[string]? topologyKey:string* namespaceSelector:meta.v1.LabelSelector?% matchLabelKeys:[string]? mismatchLabelKeys:[string]?
core.v1.PodAntiAffinity requiredDuringSchedulingIgnoredDuringExecution:[core.v1.PodAffinityTerm]? preferredDuringSchedulingIgnoredDuringExecution:[core.v1.WeightedPodAffinityTerm]?
core.v1.PodCertificateProjection signerName:string?* keyType:string?* maxExpirationSeconds:int32?% credentialBundlePath:string? keyPath:string? certificateChainPath:string? userAnnotations:{string}?
core.v1.PodCondition type:string=PodConditionType* observedGeneration:int64? status:string=ConditionStatus* lastProbeTime:time? lastTransitionTime:time? reason:string? message:string?
core.v1.PodDNSConfig nameservers:[string]? searches:[string]? options:[core.v1.PodDNSConfigOption]?
core.v1.PodDNSConfigOption name:string? value:string?%
core.v1.PodExtendedResourceClaimStatus requestMappings:[core.v1.ContainerExtendedResourceRequest]* resourceClaimName:string*
core.v1.PodIP ip:string*
core.v1.PodOS name:string=OSName*
core.v1.PodReadinessGate conditionType:string=PodConditionType*
core.v1.PodResourceClaim name:string* resourceClaimName:string?% resourceClaimTemplateName:string?%
core.v1.PodResourceClaimStatus name:string* resourceClaimName:string?%
core.v1.PodSchedulingGate name:string*
core.v1.PodSchedulingGroup podGroupName:string?%
core.v1.PodSecurityContext seLinuxOptions:core.v1.SELinuxOptions?% windowsOptions:core.v1.WindowsSecurityContextOptions?% runAsUser:int64?% runAsGroup:int64?% runAsNonRoot:bool?% supplementalGroups:[int64]? supplementalGroupsPolicy:string=SupplementalGroupsPolicy?% fsGroup:int64?% sysctls:[core.v1.Sysctl]? fsGroupChangePolicy:string=PodFSGroupChangePolicy?% seccompProfile:core.v1.SeccompProfile?% appArmorProfile:core.v1.AppArmorProfile?% seLinuxChangePolicy:string=PodSELinuxChangePolicy?%
core.v1.PodSpec volumes:[core.v1.Volume]?~name! initContainers:[core.v1.Container]?~name containers:[core.v1.Container]~name* ephemeralContainers:[core.v1.EphemeralContainer]?~name restartPolicy:string=RestartPolicy? terminationGracePeriodSeconds:int64?% activeDeadlineSeconds:int64?% dnsPolicy:string=DNSPolicy? nodeSelector:{string}? serviceAccountName:string? serviceAccount:string? automountServiceAccountToken:bool?% nodeName:string? hostNetwork:bool? hostPID:bool? hostIPC:bool? shareProcessNamespace:bool?% securityContext:core.v1.PodSecurityContext?% imagePullSecrets:[core.v1.LocalObjectReference]?~name hostname:string? subdomain:string? affinity:core.v1.Affinity?% schedulerName:string? tolerations:[core.v1.Toleration]? hostAliases:[core.v1.HostAlias]?~ip priorityClassName:string? priority:int32?% dnsConfig:core.v1.PodDNSConfig?% readinessGates:[core.v1.PodReadinessGate]? runtimeClassName:string?% enableServiceLinks:bool?% preemptionPolicy:string=PreemptionPolicy?% overhead:{quantity}? topologySpreadConstraints:[core.v1.TopologySpreadConstraint]?~topologyKey setHostnameAsFQDN:bool?% os:core.v1.PodOS?% hostUsers:bool?% schedulingGates:[core.v1.PodSchedulingGate]?~name resourceClaims:[core.v1.PodResourceClaim]?~name! resources:core.v1.ResourceRequirements?% hostnameOverride:string?% schedulingGroup:core.v1.PodSchedulingGroup?%
core.v1.PodStatus observedGeneration:int64? phase:string=PodPhase? conditions:[core.v1.PodCondition]?~type message:string? reason:string? nominatedNodeName:string? hostIP:string? hostIPs:[core.v1.HostIP]?~ip podIP:string? podIPs:[core.v1.PodIP]?~ip startTime:time?% initContainerStatuses:[core.v1.ContainerStatus]? containerStatuses:[core.v1.ContainerStatus]? qosClass:string=PodQOSClass? ephemeralContainerStatuses:[core.v1.ContainerStatus]? resize:string=PodResizeStatus? resourceClaimStatuses:[core.v1.PodResourceClaimStatus]?~name! extendedResourceClaimStatus:core.v1.PodExtendedResourceClaimStatus?% allocatedResources:{quantity}? resources:core.v1.ResourceRequirements?% nodeAllocatableResourceClaimStatuses:[core.v1.NodeAllocatableResourceClaimStatus]?
core.v1.PodTemplateSpec metadata:meta.v1.ObjectMeta? spec:core.v1.PodSpec?
core.v1.PortStatus port:int32* protocol:string=Protocol* error:string?%
core.v1.PortworxVolumeSource volumeID:string* fsType:string? readOnly:bool?
core.v1.PreferredSchedulingTerm weight:int32* preference:core.v1.NodeSelectorTerm*
core.v1.Probe exec:core.v1.ExecAction?% httpGet:core.v1.HTTPGetAction?% tcpSocket:core.v1.TCPSocketAction?% grpc:core.v1.GRPCAction?% initialDelaySeconds:int32? timeoutSeconds:int32? periodSeconds:int32? successThreshold:int32? failureThreshold:int32? terminationGracePeriodSeconds:int64?%
core.v1.ProjectedVolumeSource sources:[core.v1.VolumeProjection] defaultMode:int32?%
core.v1.QuobyteVolumeSource registry:string* volume:string* readOnly:bool? user:string? group:string? tenant:string?
core.v1.RBDVolumeSource monitors:[string]* image:string* fsType:string? pool:string? user:string? keyring:string? secretRef:core.v1.LocalObjectReference?% readOnly:bool?
core.v1.ResourceClaim name:string* request:string?
core.v1.ResourceFieldSelector containerName:string? resource:string* divisor:quantity?
core.v1.ResourceHealth resourceID:string=ResourceID* health:string=ResourceHealthStatus? message:string?%
core.v1.ResourceRequirements limits:{quantity}? requests:{quantity}? claims:[core.v1.ResourceClaim]?
core.v1.ResourceStatus name:string=ResourceName* resources:[core.v1.ResourceHealth]?
core.v1.SELinuxOptions user:string? role:string? type:string? level:string?
core.v1.ScaleIOVolumeSource gateway:string* system:string* secretRef:core.v1.LocalObjectReference%* sslEnabled:bool? protectionDomain:string? storagePool:string? storageMode:string? volumeName:string? fsType:string? readOnly:bool?
core.v1.SeccompProfile type:string=SeccompProfileType* localhostProfile:string?%
core.v1.Secret metadata:meta.v1.ObjectMeta? immutable:bool?% data:{bytes}? stringData:{string}? type:string=SecretType?
core.v1.SecretEnvSource name:string? optional:bool?%
core.v1.SecretKeySelector name:string? key:string* optional:bool?%
core.v1.SecretProjection name:string? items:[core.v1.KeyToPath]? optional:bool?%
core.v1.SecretVolumeSource secretName:string? items:[core.v1.KeyToPath]? defaultMode:int32?% optional:bool?%
core.v1.SecurityContext capabilities:core.v1.Capabilities?% privileged:bool?% seLinuxOptions:core.v1.SELinuxOptions?% windowsOptions:core.v1.WindowsSecurityContextOptions?% runAsUser:int64?% runAsGroup:int64?% runAsNonRoot:bool?% readOnlyRootFilesystem:bool?% allowPrivilegeEscalation:bool?% procMount:string=ProcMountType?% seccompProfile:core.v1.SeccompProfile?% appArmorProfile:core.v1.AppArmorProfile?%
core.v1.Service metadata:meta.v1.ObjectMeta? spec:core.v1.ServiceSpec? status:core.v1.ServiceStatus?
core.v1.ServiceAccount metadata:meta.v1.ObjectMeta? secrets:[core.v1.ObjectReference]?~name imagePullSecrets:[core.v1.LocalObjectReference]? automountServiceAccountToken:bool?%
core.v1.ServiceAccountTokenProjection audience:string? expirationSeconds:int64?% path:string*
core.v1.ServicePort name:string? protocol:string=Protocol? appProtocol:string?% port:int32* targetPort:intorstring? nodePort:int32?
core.v1.ServiceSpec ports:[core.v1.ServicePort]?~port selector:{string}? clusterIP:string? clusterIPs:[string]? type:string=ServiceType? externalIPs:[string]? sessionAffinity:string=ServiceAffinity? loadBalancerIP:string? loadBalancerSourceRanges:[string]? externalName:string? externalTrafficPolicy:string=ServiceExternalTrafficPolicy? healthCheckNodePort:int32? publishNotReadyAddresses:bool? sessionAffinityConfig:core.v1.SessionAffinityConfig?% ipFamilies:[string=IPFamily]? ipFamilyPolicy:string=IPFamilyPolicy?% allocateLoadBalancerNodePorts:bool?% loadBalancerClass:string?% internalTrafficPolicy:string=ServiceInternalTrafficPolicy?% trafficDistribution:string?%
core.v1.ServiceStatus loadBalancer:core.v1.LoadBalancerStatus? conditions:[meta.v1.Condition]?~type
core.v1.SessionAffinityConfig clientIP:core.v1.ClientIPConfig?%
core.v1.SleepAction seconds:int64*
core.v1.StorageOSVolumeSource volumeName:string? volumeNamespace:string? fsType:string? readOnly:bool? secretRef:core.v1.LocalObjectReference?%
core.v1.Sysctl name:string* value:string*
core.v1.TCPSocketAction port:intorstring* host:string?
core.v1.Toleration key:string? operator:string=TolerationOperator? value:string? effect:string=TaintEffect? tolerationSeconds:int64?%
core.v1.TopologySpreadConstraint maxSkew:int32* topologyKey:string* whenUnsatisfiable:string=UnsatisfiableConstraintAction* labelSelector:meta.v1.LabelSelector?% minDomains:int32?% nodeAffinityPolicy:string=NodeInclusionPolicy?% nodeTaintsPolicy:string=NodeInclusionPolicy?% matchLabelKeys:[string]?
core.v1.TypedLocalObjectReference apiGroup:string% kind:string* name:string*
core.v1.TypedObjectReference apiGroup:string% kind:string* name:string* namespace:string?%
core.v1.Volume name:string* hostPath:core.v1.HostPathVolumeSource?% emptyDir:core.v1.EmptyDirVolumeSource?% gcePersistentDisk:core.v1.GCEPersistentDiskVolumeSource?% awsElasticBlockStore:core.v1.AWSElasticBlockStoreVolumeSource?% gitRepo:core.v1.GitRepoVolumeSource?% secret:core.v1.SecretVolumeSource?% nfs:core.v1.NFSVolumeSource?% iscsi:core.v1.ISCSIVolumeSource?% glusterfs:core.v1.GlusterfsVolumeSource?% persistentVolumeClaim:core.v1.PersistentVolumeClaimVolumeSource?% rbd:core.v1.RBDVolumeSource?% flexVolume:core.v1.FlexVolumeSource?% cinder:core.v1.CinderVolumeSource?% cephfs:core.v1.CephFSVolumeSource?% flocker:core.v1.FlockerVolumeSource?% downwardAPI:core.v1.DownwardAPIVolumeSource?% fc:core.v1.FCVolumeSource?% azureFile:core.v1.AzureFileVolumeSource?% configMap:core.v1.ConfigMapVolumeSource?% vsphereVolume:core.v1.VsphereVirtualDiskVolumeSource?% quobyte:core.v1.QuobyteVolumeSource?% azureDisk:core.v1.AzureDiskVolumeSource?% photonPersistentDisk:core.v1.PhotonPersistentDiskVolumeSource?% projected:core.v1.ProjectedVolumeSource?% portworxVolume:core.v1.PortworxVolumeSource?% scaleIO:core.v1.ScaleIOVolumeSource?% storageos:core.v1.StorageOSVolumeSource?% csi:core.v1.CSIVolumeSource?% ephemeral:core.v1.EphemeralVolumeSource?% image:core.v1.ImageVolumeSource?%
core.v1.VolumeDevice name:string* devicePath:string*
core.v1.VolumeMount name:string* readOnly:bool? recursiveReadOnly:string=RecursiveReadOnlyMode?% mountPath:string* subPath:string? mountPropagation:string=MountPropagationMode?% subPathExpr:string?
core.v1.VolumeMountStatus name:string* mountPath:string* readOnly:bool? recursiveReadOnly:string=RecursiveReadOnlyMode?% volumeStatus:core.v1.VolumeStatus?%
core.v1.VolumeProjection secret:core.v1.SecretProjection?% downwardAPI:core.v1.DownwardAPIProjection?% configMap:core.v1.ConfigMapProjection?% serviceAccountToken:core.v1.ServiceAccountTokenProjection?% clusterTrustBundle:core.v1.ClusterTrustBundleProjection?% podCertificate:core.v1.PodCertificateProjection?%
core.v1.VolumeResourceRequirements limits:{quantity}? requests:{quantity}?
core.v1.VolumeStatus image:core.v1.ImageVolumeStatus?%
core.v1.VsphereVirtualDiskVolumeSource volumePath:string* fsType:string? storagePolicyName:string? storagePolicyID:string?
core.v1.WeightedPodAffinityTerm weight:int32* podAffinityTerm:core.v1.PodAffinityTerm*
core.v1.WindowsSecurityContextOptions gmsaCredentialSpecName:string?% gmsaCredentialSpec:string?% runAsUserName:string?% hostProcess:bool?%
events.v1.Event metadata:meta.v1.ObjectMeta eventTime:microtime* series:events.v1.EventSeries?% reportingController:string? reportingInstance:string? action:string? reason:string? regarding:core.v1.ObjectReference? related:core.v1.ObjectReference?% note:string? type:string? deprecatedSource:core.v1.EventSource? deprecatedFirstTimestamp:time? deprecatedLastTimestamp:time? deprecatedCount:int32?
events.v1.EventSeries count:int32* lastObservedTime:microtime*
meta.v1.Condition type:string* status:string=ConditionStatus* observedGeneration:int64? lastTransitionTime:time* reason:string* message:string*
meta.v1.DeleteOptions gracePeriodSeconds:int64?% preconditions:meta.v1.Preconditions?% orphanDependents:bool?% propagationPolicy:string=DeletionPropagation?% dryRun:[string]? ignoreStoreReadErrorWithClusterBreakingPotential:bool?%
meta.v1.FieldSelectorRequirement key:string* operator:string=FieldSelectorOperator* values:[string]?
meta.v1.LabelSelector matchLabels:{string}? matchExpressions:[meta.v1.LabelSelectorRequirement]?
meta.v1.LabelSelectorRequirement key:string* operator:string=LabelSelectorOperator* values:[string]?
meta.v1.ManagedFieldsEntry manager:string? operation:string=ManagedFieldsOperationType? apiVersion:string? time:time?% fieldsType:string? fieldsV1:raw?% subresource:string?
meta.v1.ObjectMeta name:string? generateName:string? namespace:string? selfLink:string? uid:string=UID? resourceVersion:string? generation:int64? creationTimestamp:time?0 deletionTimestamp:time?% deletionGracePeriodSeconds:int64?% labels:{string}? annotations:{string}? ownerReferences:[meta.v1.OwnerReference]?~uid finalizers:[string]?~ managedFields:[meta.v1.ManagedFieldsEntry]?
meta.v1.OwnerReference apiVersion:string* kind:string* name:string* uid:string=UID* controller:bool?% blockOwnerDeletion:bool?%
meta.v1.Preconditions uid:string=UID?% resourceVersion:string?%
rbac.v1.AggregationRule clusterRoleSelectors:[meta.v1.LabelSelector]?
rbac.v1.ClusterRole metadata:meta.v1.ObjectMeta? rules:[rbac.v1.PolicyRule] aggregationRule:rbac.v1.AggregationRule?%
rbac.v1.ClusterRoleBinding metadata:meta.v1.ObjectMeta? subjects:[rbac.v1.Subject]? roleRef:rbac.v1.RoleRef*
rbac.v1.PolicyRule verbs:[string]* apiGroups:[string]? resources:[string]? resourceNames:[string]? nonResourceURLs:[string]?
rbac.v1.Role metadata:meta.v1.ObjectMeta? rules:[rbac.v1.PolicyRule]
rbac.v1.RoleBinding metadata:meta.v1.ObjectMeta? subjects:[rbac.v1.Subject]? roleRef:rbac.v1.RoleRef*
rbac.v1.RoleRef apiGroup:string kind:string* name:string*
rbac.v1.Subject kind:string* apiGroup:string? name:string* namespace:string?
`;
