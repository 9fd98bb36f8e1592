{{- define "holdfast.name" -}}
{{- printf "%s-holdfast" .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- end -}}

{{- define "holdfast.selector" -}}
app.kubernetes.io/name: holdfast
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end -}}

{{- define "holdfast.labels" -}}
{{ include "holdfast.selector" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version }}
{{- end -}}

{{- define "holdfast.image" -}}
{{- with .Values.image -}}
{{- if .digest -}}{{ printf "%s@%s" .repository .digest }}{{- else -}}{{ printf "%s:%s" .repository (default $.Chart.AppVersion .tag) }}{{- end -}}
{{- end -}}
{{- end -}}

{{/* The API answers by names that it knows; localhost is one. */}}
{{- define "holdfast.probe" -}}
httpGet:
  path: {{ .path }}
  port: {{ .port }}
  scheme: {{ .scheme }}
  httpHeaders:
    - name: Host
      value: localhost
timeoutSeconds: 10
{{- end -}}

{{/* A Deployment of one role. Takes root, component, role, replicas, resources, settings, args, port, probes. */}}
{{- define "holdfast.deployment" -}}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ include "holdfast.name" .root }}-{{ .component }}
  labels: {{- include "holdfast.labels" . | nindent 4 }}
spec:
  {{- if not .autoscaled }}
  replicas: {{ .replicas }}
  {{- end }}
  selector:
    matchLabels: {{- include "holdfast.selector" . | nindent 6 }}
  strategy:
    rollingUpdate: { maxUnavailable: 0, maxSurge: 1 }
  template:
    metadata:
      labels: {{- include "holdfast.labels" . | nindent 8 }}
      annotations:
        checksum/settings: {{ toJson .root.Values.settings | sha256sum }}
        {{- if and .root.Values.prometheusAnnotations (eq .portName "metrics") }}
        prometheus.io/scrape: 'true'
        prometheus.io/port: {{ .port | quote }}
        prometheus.io/path: /metrics
        {{- end }}
    spec:
      serviceAccountName: {{ include "holdfast.name" .root }}
      automountServiceAccountToken: false
      terminationGracePeriodSeconds: {{ .root.Values.terminationGracePeriodSeconds }}
      securityContext:
        runAsNonRoot: true
        runAsUser: 1000
        runAsGroup: 1000
        fsGroup: 1000
        seccompProfile: { type: RuntimeDefault }
      {{- with .root.Values.image.pullSecrets }}
      imagePullSecrets:
        {{- range . }}
        - name: {{ . }}
        {{- end }}
      {{- end }}
      {{- with .root.Values.nodeSelector }}
      nodeSelector: {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with .root.Values.tolerations }}
      tolerations: {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with .root.Values.affinity }}
      affinity: {{- toYaml . | nindent 8 }}
      {{- end }}
      topologySpreadConstraints:
        - maxSkew: 1
          topologyKey: kubernetes.io/hostname
          whenUnsatisfiable: ScheduleAnyway
          labelSelector:
            matchLabels: {{- include "holdfast.selector" . | nindent 14 }}
      containers:
        - name: {{ .role }}
          image: {{ include "holdfast.image" .root }}
          imagePullPolicy: {{ .root.Values.image.pullPolicy }}
          command: [node, dist/{{ .role }}/main.js]
          {{- with .args }}
          args: {{- toYaml . | nindent 12 }}
          {{- end }}
          envFrom:
            - configMapRef:
                name: {{ include "holdfast.name" .root }}
            {{- range .root.Values.secrets }}
            - secretRef:
                name: {{ . }}
            {{- end }}
          env:
            {{- range $name, $value := .settings }}
            - name: {{ $name }}
              value: {{ $value | quote }}
            {{- end }}
          ports:
            - name: {{ .portName }}
              containerPort: {{ .port }}
          {{- with .probes }}
          {{- toYaml . | nindent 10 }}
          {{- end }}
          resources: {{- toYaml .resources | nindent 12 }}
          securityContext:
            allowPrivilegeEscalation: false
            readOnlyRootFilesystem: true
            capabilities: { drop: [ALL] }
          volumeMounts:
            - name: home
              mountPath: /var/lib/holdfast
            - name: tmp
              mountPath: /tmp
            {{- with .tls }}
            - name: tls
              mountPath: /etc/holdfast/tls
              readOnly: true
            {{- end }}
      volumes:
        # Nothing in them outlives a pod: what tasks make is in the bucket.
        - name: home
          emptyDir: { sizeLimit: 1Gi }
        - name: tmp
          emptyDir: { sizeLimit: 1Gi }
        {{- with .tls }}
        - name: tls
          secret:
            secretName: {{ . }}
            defaultMode: 0440
        {{- end }}
{{- end -}}

{{/* At least one pod stays through drains of nodes. */}}
{{- define "holdfast.disruption" -}}
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: {{ include "holdfast.name" .root }}-{{ .component }}
  labels: {{- include "holdfast.labels" . | nindent 4 }}
spec:
  maxUnavailable: 1
  selector:
    matchLabels: {{- include "holdfast.selector" . | nindent 6 }}
{{- end -}}
