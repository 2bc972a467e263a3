/** Which device of the engine each recorded case is. */
const devices: Readonly<Record<string, string>> = {
  'e1000-82545em': 'e1000',
  'tulip-21143': 'dec21140',
  'vmxnet3-msix': 'vmxnet3',
  pcnet32: 'pcnet32',
  'virtio-net-msix': 'virtio-net',
  'ide-piix3-dma': 'ide-dma',
  'ide-piix3-pio': 'ide-pio',
  'ahci-msi': 'ahci',
  'mptsas1068-intx': 'lsi-sas1068',
  'pvscsi-msi': 'pvscsi',
  'virtio-blk-msix': 'virtio-blk',
  nvme: 'nvme',
};

export function deviceOf(name: string): string {
  const device = devices[name];
  if (device === undefined) throw new Error(`no device for the recorded case '${name}'`);
  return device;
}
